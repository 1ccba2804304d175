using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Discovery.Client.Benchmarks;

/// <summary>Some 20 seconds: all scenarios in turn, round by round, so that what else the machine does hits all alike; medians.</summary>
internal static class FastMode
{
    private const int Rounds = 25;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(130);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(7);
    private static readonly int[] Sizes = [3, 1000];

    public static void Run(TextWriter output)
    {
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Machine()}, {RuntimeInformation.FrameworkDescription}, Microsoft.Extensions.ServiceDiscovery 10.11.0, {DateTime.UtcNow:yyyy-MM-dd}; {Rounds} rounds of {Round.TotalMilliseconds} ms each, interleaved, {(ThreadClock.IsCpuTime ? "CPU time of the thread" : "elapsed time")}\n"));

        var helper = new HelperThread();
        var calls = Calls();
        Measure([.. calls.SelectMany(call => call.Scenarios)], helper);
        using (new Listeners())
        {
            Measure([.. calls.SelectMany(call => call.WithListeners)], helper);
        }

        HandlerTable.Write(output, calls);
        var parts = Parts();
        Measure(parts, helper);
        PartsTable.Write(output, parts);
    }

    /// <summary>The picks alone.</summary>
    public static void RunPicks(TextWriter output)
    {
        var picks = Picks();
        Measure(picks, new HelperThread());
        PartsTable.Write(output, picks);
    }

    private static HandlerCalls[] Calls() =>
    [
        .. from answer in new[] { Answer.Content, Answer.NoContent, Answer.Later }
           from size in Sizes
           from paths in Enum.GetValues<Paths>()
           where answer != Answer.Later || (size == 3 && paths == Paths.Same)
           select new HandlerCalls(answer, size, paths),
    ];

    private static Scenario[] Picks() =>
    [
        .. from selector in PickerCall.Selectors
           from size in new[] { 10, 100, 1000 }
           let call = new PickerCall(selector, size)
           from threads in new[] { 1, 2 }
           select new Scenario($"pick, {selector}, n = {size}, {threads} {(threads == 1 ? "thread" : "threads")}", () => call.Run(), threads, PickerCall.Picks),
    ];

    private static Scenario[] Parts()
    {
        var (decode, view) = (new DecodeCall(), new ViewCall());
        return
        [
            .. Picks(),
            new Scenario("decode a Consul answer of 1 000 entries, all new", () => decode.First()),
            new Scenario("decode a Consul answer of 1 000 entries, none changed", () => decode.Again()),
            new Scenario("apply a snapshot of 10 000 instances, 1 changed", () => view.Run()),
        ];
    }

    private static void Measure(Scenario[] scenarios, HelperThread helper)
    {
        // Again, so that what the first pass compiled in the background is there.
        for (var pass = 0; pass < 3; pass++)
        {
            foreach (var scenario in scenarios)
            {
                scenario.WarmUp(WarmUp / 2);
            }
        }

        foreach (var scenario in scenarios)
        {
            scenario.Calibrate(Round);
        }

        for (var round = 0; round < Rounds; round++)
        {
            GC.Collect();
            foreach (var scenario in scenarios)
            {
                scenario.Round(helper);
            }
        }
    }

    private static string Machine()
    {
        const string Info = "/proc/cpuinfo";
        var model = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        return $"{Environment.ProcessorCount} cores of {model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {RuntimeInformation.OSDescription}";
    }
}
