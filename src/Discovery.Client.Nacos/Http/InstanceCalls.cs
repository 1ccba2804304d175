using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>What is asked about one instance: of one server, which passes it on, or of each server, where the API passes nothing on.</summary>
internal sealed class InstanceCalls(OpenApiClient client, IReadOnlyList<Uri> servers, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>After so many beats the instance itself is looked for.</summary>
    public const int BeatsPerLook = 3;

    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    public Task RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken)
        => TellAsync(instance, api => api.Register(instance), RestOf(instance), cancellationToken);

    /// <summary>Takes it out everywhere. A server that is not reached may list it for ever: that is told.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="rest">How long the others have once one has taken it out.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Those that may.</returns>
    public async Task<IReadOnlyList<Uri>> TakeOutAsync(RegisteredInstance instance, TimeSpan rest, CancellationToken cancellationToken)
    {
        var failed = await TellAsync(instance, api => api.Deregister(instance), rest, cancellationToken).ConfigureAwait(false);
        foreach (var (server, error) in failed)
        {
            RegistrationLog.NotTakenOut(logger, instance.Id, $"Nacos at {server}", error.Message);
        }

        // With a server that has ended, as far as can be told, everything went that it had been told.
        return [.. failed.Where(each => !HttpFailure.IsRefused(each.Error)).Select(each => each.Server)];
    }

    /// <summary>Takes it out everywhere, and waits for each server.</summary>
    /// <exception cref="RegistryException">At least one server was not reached and may still list it.</exception>
    public async Task DeregisterAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        if (await TakeOutAsync(instance, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false) is [var server, ..])
        {
            throw new RegistryException($"'{instance.Id}' of {instance.Service} was not taken out at Nacos at {server}, which may list it for ever.");
        }
    }

    /// <param name="instance">The instance.</param>
    /// <param name="oneIsEnough">Whether it lives if one of them knows it; else all have to.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null: it is not known.</returns>
    public async Task<BeatVerdict?> BeatAsync(RegisteredInstance instance, bool oneIsEnough, CancellationToken cancellationToken)
    {
        async Task<(Proven Proven, TimeSpan? Interval, Exception? Error)> AskAsync(Uri server, CancellationToken stop)
        {
            try
            {
                var answer = await client.AskAsync(server, api => api.Beat(instance), stop).ConfigureAwait(false);
                return (answer.IsKnown ? Proven.Known : Proven.Unknown, answer.Interval, null);
            }
            catch (Exception error) when (error is RegistryException || IsOutOfTime(error, cancellationToken))
            {
                return (Proven.Failed, null, error);
            }
        }

        var answers = await AllAsync(Targets(instance), AskAsync, answer => answer.Proven == Proven.Known, RestOf(instance), cancellationToken).ConfigureAwait(false);
        return SpreadRule.Together([.. answers.Select(answer => answer.Proven)], oneIsEnough) switch
        {
            Proven.Known => new(true, answers.Min(answer => answer.Interval)),
            Proven.Unknown => null,
            _ => throw answers.First(answer => answer.Error is not null).Error!,
        };
    }

    /// <summary>What a server has of it; where it cannot be asked that, what was registered.</summary>
    public async Task<Presence> LookAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var server = client.Current;
        if (client.ApiOf(server).Look(instance) is null)
        {
            return Presence.There;
        }

        try
        {
            return await client.AskAsync(server, api => api.Look(instance)!, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException)
        {
            // Nacos 3 answers this to administrators only. Nacos itself says by its answers to beats what it knows.
            return Presence.There;
        }
    }

    /// <summary>The list that it should be in.</summary>
    public Task<NacosServiceInfo> ListAsync(RegisteredInstance instance, CancellationToken cancellationToken)
        => client.AskAsync(client.Current, api => api.List(instance.Service, [instance.Instance.ClusterName ?? "DEFAULT"]), cancellationToken);

    /// <summary>Tells it to all whom it concerns; one that took it is enough.</summary>
    /// <returns>Those that did not take it.</returns>
    private async Task<IReadOnlyList<(Uri Server, Exception Error)>> TellAsync(RegisteredInstance instance, Func<IOpenApi, ApiCall<bool>> call, TimeSpan rest, CancellationToken cancellationToken)
    {
        var first = client.Current;
        var passedOn = client.ApiOf(first).PassesOn;
        var failed = await TellAsync(Targets(instance), call, rest, cancellationToken).ConfigureAwait(false);

        // Only the answer tells that the first has the generation that passes nothing on.
        if (passedOn && servers.Count > 1 && !client.ApiOf(first).PassesOn && instance.Instance.Ephemeral)
        {
            failed = await TellAsync([.. servers.Where(server => server != first)], call, rest, cancellationToken, atLeast: 0).ConfigureAwait(false);
        }

        return failed;
    }

    private async Task<IReadOnlyList<(Uri Server, Exception Error)>> TellAsync(IReadOnlyList<Uri> targets, Func<IOpenApi, ApiCall<bool>> call, TimeSpan rest, CancellationToken cancellationToken, int atLeast = 1)
    {
        async Task<(Uri Server, Exception? Error)> OneAsync(Uri server, CancellationToken stop)
        {
            try
            {
                await client.AskAsync(server, call, stop).ConfigureAwait(false);
                return (server, null);
            }
            catch (Exception error) when (error is RegistryException || IsOutOfTime(error, cancellationToken))
            {
                return (server, error);
            }
        }

        var answers = await AllAsync(targets, OneAsync, answer => answer.Error is null, rest, cancellationToken).ConfigureAwait(false);
        (Uri Server, Exception Error)[] failed = [.. answers.Where(answer => answer.Error is not null).Select(answer => (answer.Server, answer.Error!))];
        return targets.Count - failed.Length >= atLeast ? failed : throw failed[0].Error;
    }

    /// <summary>Asks all at the same time. Once one has answered well the others have little time left: one that hangs must not use up the time that the answer is good for.</summary>
    private async Task<T[]> AllAsync<T>(IReadOnlyList<Uri> targets, Func<Uri, CancellationToken, Task<T>> ask, Func<T, bool> isGood, TimeSpan rest, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var isLimited = 0;
        return await Task.WhenAll(targets.Select(OneAsync)).ConfigureAwait(false);

        async Task<T> OneAsync(Uri server)
        {
            var answer = await ask(server, either.Token).ConfigureAwait(false);
            if (isGood(answer) && Interlocked.Exchange(ref isLimited, 1) == 0)
            {
                limit.CancelAfter(rest);
            }

            return answer;
        }
    }

    /// <summary>How long what is not needed any more may take.</summary>
    public static TimeSpan RestOf(RegisteredInstance instance) => instance.TimeToLive / 10 < LongestRest ? instance.TimeToLive / 10 : LongestRest;

    private static bool IsOutOfTime(Exception error, CancellationToken cancellationToken) => error is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    private IReadOnlyList<Uri> Targets(RegisteredInstance instance)
    {
        var current = client.Current;
        return client.ApiOf(current).PassesOn || !instance.Instance.Ephemeral ? [current] : servers;
    }
}
