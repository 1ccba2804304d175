using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>The watch of one service: each list the transport gives, once a list that has become empty is confirmed.</summary>
internal sealed partial class NacosWatch(NacosBackendParts parts, ServiceQuery query, ServiceSnapshot? last, ILogger logger)
{
    /// <summary>A node of a cluster that has just started answers for a moment before it knows anything, and answers come from a list that is renewed each half second.</summary>
    internal static readonly TimeSpan ConfirmAfter = TimeSpan.FromMilliseconds(700);

    private readonly ServiceKey _service = parts.Key(query);
    private ulong _epoch = parts.NextEpoch();
    private object? _source;
    private ServiceSnapshot? _list;
    private ulong _number;
    private bool _wasProtected;

    // When the list was first empty; null: it is not, or that has been taken.
    private long? _emptySince;

    public async IAsyncEnumerable<ServiceSnapshot> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lists = parts.Transport.WatchAsync(_service, ends.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = lists.MoveNextAsync().AsTask();
        try
        {
            while (await next.ConfigureAwait(false))
            {
                ReadList? news = Read(lists.Current.Info);
                NoteSource(lists.Current.Source);
                next = lists.MoveNextAsync().AsTask();
                if (news.Value.Instances.Count == 0 && (_list ?? last)?.Instances.IsEmpty == false
                    && parts.TimeProvider.GetElapsedTime(_emptySince ??= parts.TimeProvider.GetTimestamp()) is var age && age < ConfirmAfter)
                {
                    news = await ConfirmAsync(ConfirmAfter - age, next, ends.Token).ConfigureAwait(false);
                }

                if (news is not null)
                {
                    _emptySince = null;
                    yield return Take(news.Value);
                }
            }
        }
        finally
        {
            // The reader may leave at a yield, while the next list is awaited.
            await ends.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await lists.DisposeAsync().ConfigureAwait(false);
        }

        throw new RegistryException($"The watch of {_service} has ended.");
    }

    /// <summary>What another server says does not follow from what the one before said: its numbers begin anew, so that the engine knows.</summary>
    private void NoteSource(object source)
    {
        if (_source is not null && !_source.Equals(source))
        {
            _epoch = parts.NextEpoch();
        }

        _source = source;
    }

    /// <summary>Asks again, after a time.</summary>
    /// <returns>Null: meanwhile there is something newer.</returns>
    private async Task<ReadList?> ConfirmAsync(TimeSpan after, Task next, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(next, Task.Delay(after, parts.TimeProvider, ends.Token)).ConfigureAwait(false);
        await ends.CancelAsync().ConfigureAwait(false);
        if (next.IsCompleted)
        {
            return null;
        }

        var answer = await parts.Transport.QueryAsync(_service, cancellationToken).ConfigureAwait(false);

        // Whether an answer or what was pushed meanwhile is newer cannot be told; what is pushed next is newer than both.
        return next.IsCompleted ? null : Read(answer);
    }

    private ReadList Read(NacosServiceInfo info) => ListReader.Read(info, query.Name, parts.Options.ReadClusters);

    private ServiceSnapshot Take(ReadList news)
    {
        if (news.IsProtected != _wasProtected)
        {
            _wasProtected = news.IsProtected;
            (news.IsProtected ? (Action<ILogger, ServiceKey>)Log.Protected : Log.NoLongerProtected)(logger, _service);
        }

        var before = _list ?? last;
        var list = ServiceSnapshot.Create(news.Instances, new(_epoch, _number + 1), before, news.Rejected);
        var isSame = _list?.Version.Epoch == _epoch && list.RejectedRecords == _list.RejectedRecords && list.Instances.AsSpan().SequenceEqual(_list.Instances.AsSpan());
        if (isSame)
        {
            return _list!;
        }

        _number++;
        return _list = list;
    }

    private static partial class Log
    {
        [LoggerMessage(1200, LogLevel.Warning, "Nacos lists all instances of {Service} as healthy because too few are (its protection threshold): they are taken with state Warning.", EventName = "ProtectionThresholdReached")]
        public static partial void Protected(ILogger logger, ServiceKey service);

        [LoggerMessage(1201, LogLevel.Information, "Nacos tells healthy and unhealthy instances of {Service} apart again.", EventName = "ProtectionThresholdLeft")]
        public static partial void NoLongerProtected(ILogger logger, ServiceKey service);
    }
}
