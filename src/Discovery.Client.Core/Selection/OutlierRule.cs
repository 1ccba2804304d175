namespace Discovery.Client.Selection;

/// <summary>What is known of an instance when outliers are looked for.</summary>
/// <param name="Consecutive">Its failures in a row.</param>
/// <param name="Successes">Its successes in the interval.</param>
/// <param name="Failures">Its failures in the interval.</param>
/// <param name="IsEjected">Whether it is out.</param>
/// <param name="Unreached">How many connections to it could not be opened since it was last reached.</param>
/// <param name="IsUnreachable">Whether it is out for that.</param>
internal readonly record struct OutlierSample(int Consecutive, long Successes, long Failures, bool IsEjected, int Unreached = 0, bool IsUnreachable = false)
{
    public long Total => Successes + Failures;

    public double SuccessRate => (double)Successes / Total;
}

/// <summary>Which instances are taken out, and for how long. Pure.</summary>
internal static class OutlierRule
{
    /// <param name="samples">All instances.</param>
    /// <param name="options">The settings.</param>
    /// <param name="compare">Whether an interval has ended, so that instances are compared too.</param>
    /// <returns>The indexes of those to take out.</returns>
    public static List<int> Decide(ReadOnlySpan<OutlierSample> samples, OutlierOptions options, bool compare)
    {
        var threshold = compare ? RateThreshold(samples, options) : double.NegativeInfinity;
        var comparesFailures = compare && HaveEnough(samples, options.FailurePercentRequests, options.MinInstances);

        // What cannot be reached serves nobody: as in gRPC, which chooses among open connections only, there may be any number of it. But if nobody is reached it may be this machine that is cut off.
        var (ejected, counted, isSomeoneReached) = (0, 0, IsSomeoneReached(samples));
        foreach (var sample in samples)
        {
            ejected += sample.IsEjected ? 1 : 0;
            counted += sample is { IsEjected: true, IsUnreachable: false } ? 1 : 0;
        }

        var most = samples.Length - 1 - ejected;
        var allowed = Math.Min(Math.Max(1, (int)((long)samples.Length * options.MaxEjectedPercent / 100)), samples.Length - 1) - counted;
        var outliers = new List<int>();
        for (var i = 0; i < samples.Length && outliers.Count < most; i++)
        {
            var sample = samples[i];
            var isUnreachable = isSomeoneReached && IsUnreachable(sample, options);
            if (!sample.IsEjected && (isUnreachable || allowed > 0)
                && (isUnreachable
                    || (options.ConsecutiveFailures > 0 && sample.Consecutive >= options.ConsecutiveFailures)
                    || (sample.Total >= options.SuccessRateRequests && sample.SuccessRate < threshold)
                    || (comparesFailures && sample.Total >= options.FailurePercentRequests && sample.Failures * 100 > sample.Total * options.FailurePercent)))
            {
                outliers.Add(i);
                allowed -= isUnreachable ? 0 : 1;
            }
        }

        return outliers;
    }

    /// <summary>Whether it is known that this machine reaches instances.</summary>
    public static bool IsSomeoneReached(ReadOnlySpan<OutlierSample> samples)
    {
        foreach (var sample in samples)
        {
            if (sample is { IsEjected: false, Unreached: 0, Successes: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether connections to an instance could not be opened so often that it is left out for that.</summary>
    public static bool IsUnreachable(in OutlierSample sample, OutlierOptions options) => options.ConsecutiveFailures > 0 && sample.Unreached >= options.ConsecutiveFailures;

    /// <param name="times">How often in a row it was taken out, this time included.</param>
    /// <param name="options">The settings.</param>
    /// <param name="chance">From 0 to below 1.</param>
    public static TimeSpan TimeOut(int times, OutlierOptions options, double chance)
    {
        var longest = Math.Max(options.EjectionTime.TotalSeconds, options.MaxEjectionTime.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Min(options.EjectionTime.TotalSeconds * times, longest) * (1 + (0.2 * chance)));
    }

    private static bool HaveEnough(ReadOnlySpan<OutlierSample> samples, int requests, int instances)
    {
        foreach (var sample in samples)
        {
            instances -= !sample.IsEjected && sample.Total >= requests ? 1 : 0;
        }

        return instances <= 0;
    }

    private static double RateThreshold(ReadOnlySpan<OutlierSample> samples, OutlierOptions options)
    {
        if (options.SuccessRateFactor <= 0 || !HaveEnough(samples, options.SuccessRateRequests, options.MinInstances))
        {
            return double.NegativeInfinity;
        }

        var (count, sum, squares) = (0, 0.0, 0.0);
        foreach (var sample in samples)
        {
            if (!sample.IsEjected && sample.Total >= options.SuccessRateRequests)
            {
                (count, sum, squares) = (count + 1, sum + sample.SuccessRate, squares + (sample.SuccessRate * sample.SuccessRate));
            }
        }

        var mean = sum / count;
        return mean - (options.SuccessRateFactor * Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))));
    }
}
