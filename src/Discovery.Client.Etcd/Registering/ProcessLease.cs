using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>The lease that all registrations of one time to live share, as one group: a lease that was granted anew, or whose records have to be put again, is another group.</summary>
internal sealed class ProcessLease(long id, TimeSpan timeToLive, CancellationTokenSource lost)
    : LeaseGroup(id.ToString("x", System.Globalization.CultureInfo.InvariantCulture), timeToLive, timeToLive / 3, lost.Token)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ByteString> _keys = [];
    private int _pending;
    private bool _closed;
    private int _renewals;

    /// <summary>etcd's number of it.</summary>
    public long LeaseId { get; } = id;

    /// <summary>Reserves a place, so that the lease is not given up meanwhile.</summary>
    /// <returns>False: it was given up.</returns>
    public bool TryEnter()
    {
        lock (_lock)
        {
            _pending += _closed ? 0 : 1;
            return !_closed;
        }
    }

    /// <summary>Ends what <see cref="TryEnter"/> began.</summary>
    /// <param name="key">What was put; null: nothing.</param>
    /// <returns>Whether the lease has nothing to keep alive and was closed: it can be revoked.</returns>
    public bool Leave(ByteString? key)
    {
        lock (_lock)
        {
            _pending--;
            if (key is not null)
            {
                _keys.Add(key);
            }

            return CloseIfEmpty();
        }
    }

    public bool Has(ByteString key)
    {
        lock (_lock)
        {
            return _keys.Contains(key);
        }
    }

    /// <summary>A record was taken out.</summary>
    /// <returns>Whether it was the last, and the lease was closed: it can be revoked.</returns>
    public bool Remove(ByteString key)
    {
        lock (_lock)
        {
            return _keys.Remove(key) && CloseIfEmpty();
        }
    }

    /// <summary>Its records.</summary>
    public ByteString[] Keys()
    {
        lock (_lock)
        {
            return [.. _keys];
        }
    }

    /// <summary>Whether it is time to see if all records are still there. The more there are, the rarer.</summary>
    public bool IsCheckDue()
    {
        lock (_lock)
        {
            return ++_renewals % Math.Max(3, _keys.Count / 500) == 0;
        }
    }

    /// <summary>Nothing is added any more, and those who hold it are told.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            _closed = true;
        }

        lost.Cancel();
    }

    private bool CloseIfEmpty() => !_closed && (_closed = _pending == 0 && _keys.Count == 0);
}
