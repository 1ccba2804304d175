using System.Globalization;

namespace Discovery.Client.Benchmarks;

/// <summary>What discovery adds to a call, as Markdown.</summary>
internal static class HandlerTable
{
    public static void Write(TextWriter output, IEnumerable<HandlerCalls> calls)
    {
        output.WriteLine("| answer | n | paths | threads | listeners | bare ns | ours + ns | theirs + ns | ratio | bare B | ours + B | theirs + B |");
        output.WriteLine("|---|--:|---|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var call in calls)
        {
            Row(output, call, call.One, 1, "off");
            Row(output, call, call.Two, 2, "off");
            Row(output, call, call.OneListening, 1, "on");
            Row(output, call, call.TwoListening, 2, "on");
        }

        output.WriteLine();
    }

    private static void Row(TextWriter output, HandlerCalls call, Dictionary<Subject, Scenario> scenarios, int threads, string listeners)
    {
        if (scenarios.Count == 0)
        {
            return;
        }

        var (bare, ours, theirs) = (scenarios[Subject.Bare], scenarios[Subject.Ours], scenarios[Subject.Microsoft]);
        var (oursAdd, theirsAdd) = (ours.Median - bare.Median, theirs.Median - bare.Median);
        var answer = call.Answer switch { Answer.Content => "128 bytes, read", Answer.NoContent => "no content", _ => "128 bytes, later" };
        var paths = call.Paths switch { Paths.Same => "the same", Paths.Written => "64, written", _ => "64, kept" };
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {answer} | {call.Instances} | {paths} | {threads} | {listeners} | {bare.Median:0} | {oursAdd:0} | {theirsAdd:0} | {oursAdd / theirsAdd:0.00} | {bare.Bytes:0} | {ours.Bytes - bare.Bytes:0} | {theirs.Bytes - bare.Bytes:0} |"));
    }
}
