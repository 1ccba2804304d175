using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>What is asked about one instance: of one server, which passes it on, or of each server, where the API passes nothing on.</summary>
internal sealed partial class InstanceCalls(OpenApiClient client, IReadOnlyList<Uri> servers, ILogger logger)
{
    /// <summary>After so many beats the instance itself is looked for.</summary>
    public const int BeatsPerLook = 3;

    public Task RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken)
        => TellAsync(instance, api => api.Register(instance), cancellationToken);

    /// <summary>Takes it out everywhere. A server that is not reached may list it until it is: that is told.</summary>
    public async Task DeregisterAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var failed = await TellAsync(instance, api => api.Deregister(instance), cancellationToken).ConfigureAwait(false);
        foreach (var (server, error) in failed)
        {
            Log.NotTakenOut(logger, instance.Id, server, error.Message);
        }
    }

    /// <returns>Null: it is not known (to one of them).</returns>
    public async Task<BeatVerdict?> BeatAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var verdict = new BeatVerdict(true, null);
        async Task<(Proven Proven, Exception? Error)> AskAsync(Uri server)
        {
            try
            {
                var answer = await client.AskAsync(server, api => api.Beat(instance), cancellationToken).ConfigureAwait(false);
                verdict = answer;
                return (answer.IsKnown ? Proven.Known : Proven.Unknown, null);
            }
            catch (RegistryException error)
            {
                return (Proven.Failed, error);
            }
        }

        var answers = await Task.WhenAll(Targets(instance).Select(AskAsync)).ConfigureAwait(false);
        return SpreadRule.Together([.. answers.Select(answer => answer.Proven)]) switch
        {
            Proven.Known => verdict with { IsKnown = true },
            Proven.Unknown => null,
            _ => throw answers[0].Error!,
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

    public async Task<bool> IsListedAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var list = await client.AskAsync(client.Current, api => api.List(instance.Service, [instance.Instance.ClusterName ?? "DEFAULT"]), cancellationToken).ConfigureAwait(false);
        return list.Lists(instance.Instance);
    }

    /// <summary>Tells it to all whom it concerns; one that took it is enough.</summary>
    /// <returns>Those that did not take it.</returns>
    private async Task<IReadOnlyList<(Uri Server, RegistryException Error)>> TellAsync(RegisteredInstance instance, Func<IOpenApi, ApiCall<bool>> call, CancellationToken cancellationToken)
    {
        var first = client.Current;
        var passedOn = client.ApiOf(first).PassesOn;
        var failed = await TellAsync(Targets(instance), call, cancellationToken).ConfigureAwait(false);

        // Only the answer tells that the first has the generation that passes nothing on.
        if (passedOn && servers.Count > 1 && !client.ApiOf(first).PassesOn && instance.Instance.Ephemeral)
        {
            failed = await TellAsync([.. servers.Where(server => server != first)], call, cancellationToken, atLeast: 0).ConfigureAwait(false);
        }

        return failed;
    }

    private async Task<IReadOnlyList<(Uri Server, RegistryException Error)>> TellAsync(IReadOnlyList<Uri> targets, Func<IOpenApi, ApiCall<bool>> call, CancellationToken cancellationToken, int atLeast = 1)
    {
        var failed = new List<(Uri, RegistryException)>();
        await Task.WhenAll(targets.Select(async server =>
        {
            try
            {
                await client.AskAsync(server, call, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException error)
            {
                lock (failed)
                {
                    failed.Add((server, error));
                }
            }
        })).ConfigureAwait(false);
        return targets.Count - failed.Count >= atLeast ? failed : throw failed[0].Item2;
    }

    private IReadOnlyList<Uri> Targets(RegisteredInstance instance)
    {
        var current = client.Current;
        return client.ApiOf(current).PassesOn || !instance.Instance.Ephemeral ? [current] : servers;
    }

    private static partial class Log
    {
        [LoggerMessage(1251, LogLevel.Warning, "The instance '{Id}' was not taken out at Nacos at {Server}, which may list it until it hears of it from another node: {Reason}", EventName = "InstanceNotTakenOut")]
        public static partial void NotTakenOut(ILogger logger, string id, Uri server, string reason);
    }
}
