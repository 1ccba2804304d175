using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>The lease that all registrations of one time to live share, as one group: a lease that was granted anew, or whose records have to be put again, is another group.</summary>
/// <param name="id">etcd's number.</param>
/// <param name="timeToLive">As granted.</param>
/// <param name="lost">Tells those who hold it.</param>
/// <param name="inherited">Keys of the group before on the same lease, which are about to be put again.</param>
internal sealed class ProcessLease(long id, TimeSpan timeToLive, CancellationTokenSource lost, IReadOnlySet<ByteString>? inherited = null)
    : LeaseGroup(id.ToString("x", System.Globalization.CultureInfo.InvariantCulture), timeToLive, timeToLive / 3, lost.Token)
{
    /// <summary>So many renewals long, which is twice the time to live, those who held a record have time to put it again.</summary>
    private const int Inheritance = 6;

    private readonly Lock _lock = new();
    private readonly Dictionary<ByteString, long> _keys = [];
    private readonly Dictionary<ByteString, int> _putting = [];
    private int _pending;
    private bool _closed;
    private int _renewals;
    private LeaseCheck _owed;

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

    /// <summary>A key is about to be put: it may appear at etcd from now on.</summary>
    public void BeginPut(ByteString key)
    {
        lock (_lock)
        {
            _putting[key] = _putting.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>Ends what <see cref="TryEnter"/> and <see cref="BeginPut"/> began.</summary>
    /// <param name="key">What was to be put.</param>
    /// <param name="revision">That of the key as it is now; null: nothing was put, as far as is known.</param>
    /// <returns>Whether the lease has nothing to keep alive and was closed: it can be revoked.</returns>
    public bool Leave(ByteString key, long? revision)
    {
        lock (_lock)
        {
            _pending--;
            if (--_putting[key] == 0)
            {
                _putting.Remove(key);
            }

            if (revision is { } known)
            {
                _keys[key] = known;
            }

            return CloseIfEmpty();
        }
    }

    public bool Has(ByteString key)
    {
        lock (_lock)
        {
            return _keys.ContainsKey(key);
        }
    }

    /// <summary>Whether a key is still wanted as it was put.</summary>
    public bool Holds(KeyValuePair<ByteString, long> record)
    {
        lock (_lock)
        {
            return _keys.TryGetValue(record.Key, out var revision) && revision == record.Value;
        }
    }

    /// <summary>Whether a key that hangs on the lease is in its place.</summary>
    public bool IsExpected(ByteString key)
    {
        lock (_lock)
        {
            return _keys.ContainsKey(key) || _putting.ContainsKey(key) || (_renewals < Inheritance && inherited?.Contains(key) == true);
        }
    }

    /// <summary>A record is not wanted any more. It may be at etcd until <see cref="CloseIfLast"/>.</summary>
    public void Release(ByteString key)
    {
        lock (_lock)
        {
            _keys.Remove(key);
        }
    }

    /// <summary>Whether no record is left, and the lease was closed: it can be revoked.</summary>
    public bool CloseIfLast()
    {
        lock (_lock)
        {
            return CloseIfEmpty();
        }
    }

    /// <summary>Its records, with the revisions by which they were put.</summary>
    public KeyValuePair<ByteString, long>[] Wanted()
    {
        lock (_lock)
        {
            return [.. _keys];
        }
    }

    /// <summary>The keys that the group which follows on the same lease has to expect.</summary>
    public HashSet<ByteString> Legacy()
    {
        lock (_lock)
        {
            return [.. _keys.Keys, .. _putting.Keys, .. _renewals < Inheritance && inherited is not null ? inherited.AsEnumerable() : []];
        }
    }

    /// <summary>Counts a renewal. What is there is looked at in full at each third, or rarer, the more records there are.</summary>
    public LeaseCheck NextCheck()
    {
        lock (_lock)
        {
            var check = ++_renewals % Math.Max(3, _keys.Count / 500) == 0 ? LeaseCheck.Full : _owed;
            _owed = LeaseCheck.None;
            return check;
        }
    }

    /// <summary>The next renewal is to look at what is there.</summary>
    public void Owe(LeaseCheck check)
    {
        lock (_lock)
        {
            _owed = check > _owed ? check : _owed;
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
