using QuickStart;
using QuickStart.Protocol;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>Each thing that makes a run fail, one at a time.</summary>
public sealed class VerdictTests
{
    private static readonly RunResult Good = new(
        new CallsReport(DateTimeOffset.UnixEpoch, 300, 0, [], [Answers("a", 100), Answers("b", 90), Answers("c", 110)], IsLast: true),
        TimeSpan.FromSeconds(1.5),
        [
            new ProviderResult("provider-1", "a", ProviderFate.Stopped, 100, 100, 0),
            new ProviderResult("provider-2", "b", ProviderFate.Killed, 95, 88, 0),
            new ProviderResult("provider-3", "c", ProviderFate.Running, 110, 110, 0),
        ],
        ["c"]);

    [Fact]
    public void ProblemsOf_AllAgree_None() => Assert.Empty(Verdict.ProblemsOf(Good));

    [Fact]
    public void ProblemsOf_FailedCall_NamesTheFirst()
        => AssertProblem(Good with { Calls = Good.Calls with { Failures = 1, FirstFailures = ["timed out"] } }, "timed out");

    [Fact]
    public void ProblemsOf_FewCalls_IsOne() => AssertProblem(Good with { Took = TimeSpan.FromSeconds(1.51) }, "no load");

    [Fact]
    public void ProblemsOf_KillThatHitNoCall_IsOne() => AssertProblem(With(1, provider => provider with { Started = 90 }), "No call was in flight at provider-2");

    [Fact]
    public void ProblemsOf_NoLastCount_IsOne() => AssertProblem(Good with { Calls = Good.Calls with { IsLast = false } }, "without its last count");

    [Theory]
    [InlineData(0, 101, 101)] // a request that the consumer knows nothing of
    [InlineData(0, 99, 99)] // an answer that the provider knows nothing of
    [InlineData(0, 100, 99)]
    [InlineData(1, 107, 90)] // more broken than can have been in flight
    [InlineData(1, 89, 89)]
    public void ProblemsOf_CountsThatDisagree_NamesTheProvider(int index, long started, long finished)
        => AssertProblem(With(index, provider => provider with { Started = started, Finished = finished }), Good.Providers[index].Name);

    [Fact]
    public void ProblemsOf_GoneButListed_IsOne() => AssertProblem(Good with { ListedAtEnd = ["b", "c"] }, "still on the consumer's list");

    [Fact]
    public void ProblemsOf_BadExitCode_IsOne() => AssertProblem(With(0, provider => provider with { ExitCode = 134 }), "134");

    [Fact]
    public void ProblemsOf_Stranger_IsOne()
        => AssertProblem(Good with { Calls = Good.Calls with { Answers = [.. Good.Calls.Answers, Answers("d", 5)] } }, "none of ours");

    [Fact]
    public void ProblemsOf_ProviderWithoutCalls_IsOne()
    {
        var run = With(2, provider => provider with { Started = 0, Finished = 0 });

        AssertProblem(run with { Calls = run.Calls with { Answers = [.. run.Calls.Answers.Take(2)] } }, "provider-3 got no calls");
    }

    private static AnswersReport Answers(string from, long calls) => new(from, calls, DateTimeOffset.UnixEpoch, 20, 45);

    private static RunResult With(int index, Func<ProviderResult, ProviderResult> change)
        => Good with { Providers = [.. Good.Providers.Select((provider, i) => i == index ? change(provider) : provider)] };

    private static void AssertProblem(RunResult run, string part) => Assert.Contains(part, Assert.Single(Verdict.ProblemsOf(run)), StringComparison.Ordinal);
}
