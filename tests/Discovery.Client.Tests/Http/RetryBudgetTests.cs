using Discovery.Client.Http;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RequestCounts _counts = new();

    [Theory]
    [InlineData(20, 10, 100)]
    [InlineData(20, 0, 0)]
    [InlineData(0, 1, 10)]
    public void TryTake_AtFirst_GivesWhatTenSecondsMake(double percent, double perSecond, int expected)
        => Assert.Equal(expected, TakeAll(new RetryBudget(_clock), percent, perSecond));

    [Theory]
    [InlineData(20, 0, 1000, 200)]
    [InlineData(100, 0, 1000, 1000)]
    [InlineData(20, 10, 1000, 210)]
    [InlineData(0, 0, 1000, 0)]
    public void TryTake_ASecondLater_GivesItsPartOfTheRequestsAndItsDue(double percent, double perSecond, int requests, int expected)
    {
        var budget = new RetryBudget(_clock);
        TakeAll(budget, percent, perSecond);
        Pass(1, requests);

        // What further attempts add to the requests is not counted again.
        Assert.InRange(TakeAll(budget, percent, perSecond), expected - 1, expected);
    }

    [Fact]
    public void TryTake_FreeOnes_CostNothingAndAreNoRequests()
    {
        var (budget, options) = (new RetryBudget(_clock), new RetryOptions { BudgetPercent = 100, BudgetPerSecond = 0 });
        for (var i = 0; i < 100; i++)
        {
            Pass(0.01, 2);
            Assert.True(budget.TryTake(_counts, options, isFree: true));
        }

        // Of 200 picks 100 were requests, and some are a second old.
        Assert.InRange(TakeAll(budget, 100, 0), 90, 100);
    }

    [Fact]
    public void TryTake_NothingTakenForLong_KeepsTenSeconds()
    {
        var budget = new RetryBudget(_clock);
        for (var i = 0; i < 300; i++)
        {
            Pass(1, 100);
        }

        Assert.InRange(TakeAll(budget, 20, 10), 299, 300);
    }

    [Fact]
    public void TryTake_RequestsStop_WhatTheyLeftIsForgotten()
    {
        var budget = new RetryBudget(_clock);
        Pass(60, 60_000);
        Assert.True(budget.TryTake(_counts, new RetryOptions()));
        Pass(60, 0);

        Assert.InRange(TakeAll(budget, 20, 10), 99, 106);
    }

    [Fact]
    public async Task TryTake_ManyThreads_TakeNoMoreThanThereIs()
    {
        var budget = new RetryBudget(_clock);
        var options = new RetryOptions { BudgetPerSecond = 1000 };

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 5000).Count(_ => budget.TryTake(_counts, options)))));

        Assert.Equal(10_000, taken.Sum());
    }

    private void Pass(double seconds, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            _counts.AddPick();
        }

        _clock.Advance(TimeSpan.FromSeconds(seconds));
    }

    private int TakeAll(RetryBudget budget, double percent, double perSecond)
    {
        var taken = 0;
        while (budget.TryTake(_counts, new RetryOptions { BudgetPercent = percent, BudgetPerSecond = perSecond }))
        {
            _counts.AddPick();
            taken++;
        }

        return taken;
    }
}
