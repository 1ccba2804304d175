namespace Discovery.Client.Adapters;

/// <summary>Names that a registry has.</summary>
internal static class Names
{
    /// <summary>Whether a name is one that a query could ask for.</summary>
    public static bool IsService(string name)
    {
        try
        {
            return ServiceName.Validate(name).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
