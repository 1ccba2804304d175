using System.Globalization;
using QuickStart.Protocol;

namespace QuickStart;

/// <summary>What a run came to, as both sides counted it.</summary>
internal sealed record RunResult(CallsReport Calls, TimeSpan Took, IReadOnlyList<ProviderResult> Providers, IReadOnlyList<string> ListedAtEnd);

/// <summary>What a provider came to.</summary>
internal sealed record ProviderResult(string Name, string Address, ProviderFate Fate, long Started, long Finished, int ExitCode);

/// <summary>Decides whether a run is what it promises to be.</summary>
internal static class Verdict
{
    /// <summary>As many calls as the consumer has under way can have been broken by a kill, and no more.</summary>
    public const int InFlight = 16;

    /// <summary>The fewest calls a second that count as a load.</summary>
    public const int LeastRate = 200;

    public static IReadOnlyList<string> ProblemsOf(RunResult run)
    {
        var problems = new List<string>();
        if (run.Calls.Calls == 0)
        {
            problems.Add("There were no calls.");
        }

        if (run.Calls.Calls > 0 && run.Calls.Calls < LeastRate * run.Took.TotalSeconds)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{Count(run.Calls.Calls)} calls in {run.Took.TotalSeconds:0} s are no load: at least {LeastRate}/s are expected. The machine is too busy."));
        }

        if (!run.Calls.IsLast)
        {
            problems.Add("The consumer ended without its last count.");
        }

        if (run.Calls.Failures > 0)
        {
            problems.Add($"{Count(run.Calls.Failures)} of {Count(run.Calls.Calls)} calls failed; the first: {string.Join("; ", run.Calls.FirstFailures)}");
        }

        foreach (var stranger in run.Calls.Answers.Where(answers => run.Providers.All(provider => provider.Address != answers.From)))
        {
            problems.Add($"{Count(stranger.Calls)} calls were answered by {stranger.From}, which is none of ours: another program registers 'greeter' in the same registry.");
        }

        foreach (var provider in run.Providers)
        {
            AddProblemsOf(provider, run, problems);
        }

        return problems;
    }

    private static void AddProblemsOf(ProviderResult provider, RunResult run, List<string> problems)
    {
        var answered = run.Calls.Answers.FirstOrDefault(answers => answers.From == provider.Address)?.Calls ?? 0;
        if (answered == 0)
        {
            problems.Add($"{provider.Name} got no calls.");
        }

        // A killed provider had begun what the consumer then had answered by another.
        var agrees = provider.Fate == ProviderFate.Killed
            ? answered <= provider.Started && provider.Started - answered <= InFlight
            : answered == provider.Started && answered == provider.Finished;
        if (!agrees)
        {
            problems.Add($"The consumer counts {Count(answered)} answers from {provider.Name}, which counts {Count(provider.Started)} requests begun and {Count(provider.Finished)} finished.");
        }

        if (provider.Fate == ProviderFate.Killed && provider.Started == answered)
        {
            problems.Add($"No call was in flight at {provider.Name} when it was killed, so the run shows nothing of what becomes of such calls.");
        }

        if (provider.Fate != ProviderFate.Running && run.ListedAtEnd.Contains(provider.Address))
        {
            problems.Add($"{provider.Name} is gone, and still on the consumer's list at the end.");
        }

        if (provider.ExitCode != 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{provider.Name} ended with exit code {provider.ExitCode}."));
        }
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
