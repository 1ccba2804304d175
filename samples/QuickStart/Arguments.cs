using System.Globalization;

namespace QuickStart;

/// <summary>What the conductor was asked for.</summary>
/// <param name="Seconds">How long the load lasts at least.</param>
/// <param name="Plain">Whether to print tables one after the other instead of redrawing one.</param>
/// <param name="Programs">A folder with the published programs, each in a folder of its name; null: those that were built along with the conductor.</param>
/// <param name="Discovery">The <c>--Discovery:…=…</c> arguments, as the processes get them.</param>
internal sealed record Arguments(int Seconds, bool Plain, string? Programs, IReadOnlyList<string> Discovery)
{
    public const string Help = """
        Runs three providers and a consumer as processes of their own, kills one provider, starts another, stops one, and counts failed calls.

          dotnet run --project samples/QuickStart [-- ARGUMENTS]

          --seconds N            how long the load lasts, from 6 (default 30); up to 20 s longer where a provider takes long to start
          --plain                print tables one after the other, as when the output is redirected
          --programs DIR         run published programs: DIR/QuickStart.Provider/QuickStart.Provider and so on
          --Discovery:KEY=VALUE  configuration for all processes, such as --Discovery:Backend=consul
                                 or --Discovery:Backend=etcd, --Discovery:Consul:Endpoints:0=http://127.0.0.1:8500
        """;

    private const string RegistrationPrefix = "--Discovery:Registration:";

    /// <summary>The backend's name.</summary>
    public string Backend => Value("--Discovery:Backend=") ?? (Environment.GetEnvironmentVariable("Discovery__Backend") is { Length: > 0 } backend ? backend : "local");

    /// <summary>What a consumer is given: all but what concerns the provider's registration.</summary>
    public IEnumerable<string> ForConsumers => Discovery.Where(argument => !argument.StartsWith(RegistrationPrefix, StringComparison.OrdinalIgnoreCase));

    public static Arguments? Parse(string[] args, out string? error)
    {
        var (seconds, plain, discovery) = (30, false, new List<string>());
        string? programs = null;
        error = null;
        for (var i = 0; i < args.Length; i++)
        {
            // "--key value" is the same as "--key=value", as elsewhere in .NET.
            var argument = args[i];
            if (argument != "--plain" && !argument.Contains('=', StringComparison.Ordinal) && i + 1 < args.Length)
            {
                argument += "=" + args[++i];
            }

            if (argument == "--plain")
            {
                plain = true;
            }
            else if (argument.StartsWith("--seconds=", StringComparison.Ordinal))
            {
                if (!int.TryParse(argument["--seconds=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds < 6)
                {
                    error = $"'{argument}': a whole number of seconds from 6 is expected.";
                    return null;
                }
            }
            else if (argument.StartsWith("--programs=", StringComparison.Ordinal))
            {
                programs = Path.GetFullPath(argument["--programs=".Length..]);
            }
            else if (argument.StartsWith("--Discovery:", StringComparison.OrdinalIgnoreCase) && argument.Contains('=', StringComparison.Ordinal))
            {
                discovery.Add(argument);
            }
            else
            {
                error = $"'{argument}' is not an argument of the quick start.";
                return null;
            }
        }

        return new Arguments(seconds, plain, programs, discovery);
    }

    private string? Value(string prefix)
        => Discovery.LastOrDefault(argument => argument.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))?[prefix.Length..];
}
