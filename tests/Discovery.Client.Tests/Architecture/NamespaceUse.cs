using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Discovery.Client.Tests.Architecture;

/// <summary>Which types outside a namespace, but of the same assembly, its types use: in signatures, fields, bases, attributes and method bodies.</summary>
internal static class NamespaceUse
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xFFFF);

    /// <param name="assemblyPath">The assembly.</param>
    /// <param name="inside">The namespace, those below it included.</param>
    /// <param name="root">Only types below this namespace are reported: the compiler makes some of its own.</param>
    public static IReadOnlyList<string> Outside(string assemblyPath, string inside, string root)
    {
        using var file = new PEReader(File.OpenRead(assemblyPath));
        var reader = file.GetMetadataReader();
        SortedSet<string> uses = new(StringComparer.Ordinal);
        foreach (var handle in reader.TypeDefinitions)
        {
            var (from, at) = NameOf(reader, handle);
            if (!IsBelow(at, inside))
            {
                continue;
            }

            foreach (var (to, where) in UsesOf(file, reader, handle).Select(used => NameOf(reader, used)).Where(used => IsBelow(used.Namespace, root) && !IsBelow(used.Namespace, inside)))
            {
                uses.Add($"{at}.{from} -> {where}.{to}");
            }
        }

        return [.. uses];
    }

    private static bool IsBelow(string name, string above) => name == above || name.StartsWith(above + ".", StringComparison.Ordinal);

    private static (string Name, string Namespace) NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = reader.GetTypeDefinition(type.GetDeclaringType());
        }

        return (reader.GetString(type.Name), reader.GetString(type.Namespace));
    }

    private static HashSet<TypeDefinitionHandle> UsesOf(PEReader file, MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var uses = new TypeUseCollector(reader);
        uses.Add(type.BaseType);
        foreach (var implementation in type.GetInterfaceImplementations())
        {
            uses.Add(reader.GetInterfaceImplementation(implementation).Interface);
        }

        foreach (var attribute in type.GetCustomAttributes())
        {
            uses.Add(reader.GetCustomAttribute(attribute).Constructor);
        }

        foreach (var constraint in type.GetGenericParameters().SelectMany(parameter => reader.GetGenericParameter(parameter).GetConstraints()))
        {
            uses.Add(reader.GetGenericParameterConstraint(constraint).Type);
        }

        foreach (var field in type.GetFields())
        {
            reader.GetFieldDefinition(field).DecodeSignature(uses, false);
        }

        foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
        {
            method.DecodeSignature(uses, false);
            if (method.RelativeVirtualAddress != 0)
            {
                AddBody(reader, file.GetMethodBody(method.RelativeVirtualAddress), uses);
            }
        }

        return uses.Found;
    }

    private static void AddBody(MetadataReader reader, MethodBodyBlock body, TypeUseCollector uses)
    {
        if (!body.LocalSignature.IsNil)
        {
            reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(uses, false);
        }

        foreach (var region in body.ExceptionRegions)
        {
            uses.Add(region.CatchType);
        }

        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            switch (OpCodesByValue[value == 0xFE ? 0xFE00 | code.ReadByte() : value].OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    uses.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    code.Offset += 4 * code.ReadInt32();
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineNone:
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }
}
