using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Selection;

/// <summary>Looks for the outliers of one service: gathers, asks <see cref="OutlierRule"/>, applies. Called by the engine's sweep, by one at a time.</summary>
internal sealed partial class OutlierSweep(string serviceName, TimeProvider clock, RandomSource random, ILogger logger)
{
    private long? _comparedAt;
    private bool _isActive;
    private int _changes;

    // Kept, since it would be garbage each second.
    private OutlierSample[] _samples = [];

    /// <summary>How many instances were out after the last run.</summary>
    public int Out { get; private set; }

    /// <param name="nodes">Those that take part.</param>
    /// <param name="all">Those, too, that do not for now.</param>
    /// <param name="options">The settings.</param>
    /// <returns>Whether an instance was taken out, may return or has returned.</returns>
    public bool Run(ImmutableArray<WeightedNode> nodes, ImmutableArray<ServiceNode> all, OutlierOptions options)
    {
        var before = _changes;
        if (options.Enabled)
        {
            Look(nodes, options);
        }
        else
        {
            Stop(all);
        }

        return _changes != before;
    }

    private void Look(ImmutableArray<WeightedNode> nodes, OutlierOptions options)
    {
        _isActive = true;
        var now = clock.GetTimestamp();
        _comparedAt ??= now;
        var compare = clock.GetElapsedTime(_comparedAt.Value, now) >= options.Interval;
        if (_samples.Length < nodes.Length)
        {
            _samples = new OutlierSample[nodes.Length];
        }

        var samples = _samples.AsSpan(0, nodes.Length);
        for (var i = 0; i < samples.Length; i++)
        {
            Return(nodes[i].Node, options, now);
            samples[i] = Sample(nodes[i].Node);
        }

        var isSomeoneReached = OutlierRule.IsSomeoneReached(samples);
        foreach (var index in OutlierRule.Decide(samples, options, compare))
        {
            nodes[index].Node.Outlier!.IsUnreachable = isSomeoneReached && OutlierRule.IsUnreachable(samples[index], options);
            Eject(nodes[index].Node, options, now);
        }

        Out = nodes.Count(static node => node.Node.Outlier?.Until is not null);

        if (compare)
        {
            _comparedAt = now;
            foreach (var (node, _) in nodes)
            {
                StartInterval(node);
            }
        }
    }

    private static OutlierSample Sample(ServiceNode node)
    {
        var state = node.Outlier ??= new OutlierState { Successes = node.Successes, Failures = node.Failures };
        return new(node.ConsecutiveFailures, node.Successes - state.Successes, node.Failures - state.Failures, state.Until is not null, node.Unreached, state.IsUnreachable);
    }

    private static void StartInterval(ServiceNode node)
    {
        var state = node.Outlier!;
        (state.Successes, state.Failures) = (node.Successes, node.Failures);
        if (state is { Until: null, Times: > 0 })
        {
            state.Times--;
        }
    }

    private void Return(ServiceNode node, OutlierOptions options, long now)
    {
        if (node.Outlier is not { Until: { } until } state)
        {
            return;
        }

        var probe = node.Probe;
        state.ProbeSince = probe == ProbeState.UnderWay ? state.ProbeSince ?? now : null;
        state.AllowedSince = probe != ProbeState.Allowed ? null : state.ProbesBegun == node.ProbesBegun ? state.AllowedSince ?? now : now;
        state.ProbesBegun = node.ProbesBegun;
        switch (probe)
        {
            case ProbeState.None when until <= now:
                node.AllowProbe();
                _changes++;
                break;
            case ProbeState.UnderWay when clock.GetElapsedTime(state.ProbeSince!.Value, now) >= options.EjectionTime:
                // It hangs, or nobody has said that it ended.
                node.AllowProbe();
                _changes++;
                break;
            case ProbeState.Failed:
                Eject(node, options, now);
                break;
            case ProbeState.Succeeded:
                Readmit(node);
                Log.Returned(logger, serviceName, node.Instance.InstanceId);
                break;
            case ProbeState.Allowed when clock.GetElapsedTime(state.AllowedSince!.Value, now) >= options.Interval:
                // It stands by for others, or nobody calls: while it waited to be asked, no other could be taken out in its place.
                node.ForgetFailures();
                Readmit(node);
                Log.ReturnedUnasked(logger, serviceName, node.Instance.InstanceId);
                break;
        }
    }

    private void Readmit(ServiceNode node)
    {
        var state = node.Outlier!;
        node.Readmit();
        _changes++;
        (state.Until, state.AllowedSince, state.Successes, state.Failures) = (null, null, node.Successes, node.Failures);
    }

    private void Eject(ServiceNode node, OutlierOptions options, long now)
    {
        var state = node.Outlier!;
        var time = OutlierRule.TimeOut(++state.Times, options, random.NextDouble());
        state.Until = now + (long)(time.TotalSeconds * clock.TimestampFrequency);
        node.Eject();
        _changes++;
        Log.Ejected(logger, serviceName, node.Instance.InstanceId, time, state.Times);
    }

    private void Stop(ImmutableArray<ServiceNode> nodes)
    {
        if (!_isActive)
        {
            return;
        }

        (_isActive, _comparedAt, Out) = (false, null, 0);
        _changes++;
        foreach (var node in nodes)
        {
            node.Outlier = null;
            node.Readmit();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(360, LogLevel.Warning, "Service {Service}: instance {Instance} fails and is left out for {Time} (time {Times} in a row).", EventName = "InstanceEjected")]
        public static partial void Ejected(ILogger logger, string service, string instance, TimeSpan time, int times);

        [LoggerMessage(361, LogLevel.Information, "Service {Service}: instance {Instance} has answered again and takes requests.", EventName = "InstanceReturned")]
        public static partial void Returned(ILogger logger, string service, string instance);

        [LoggerMessage(364, LogLevel.Information, "Service {Service}: instance {Instance} takes part again; since its time was over no request went to it.", EventName = "InstanceReturnedUnasked")]
        public static partial void ReturnedUnasked(ILogger logger, string service, string instance);
    }
}
