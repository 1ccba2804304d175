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

    /// <summary>The revision of a record that may have been put again: only whether it is there is known of it.</summary>
    public const long UnknownRevision = -1;

    private readonly Lock _lock = new();
    private readonly Dictionary<ByteString, long> _keys = [];
    private readonly Dictionary<ByteString, int> _putting = [];
    private readonly Dictionary<ByteString, TaskCompletionSource> _sweeping = [];
    private KeyValuePair<ByteString, long>[] _unseen = [];
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

    /// <summary>Whether a key is to be taken out: nobody expects it. Until <see cref="EndSweep"/> those who put it wait.</summary>
    public bool TryBeginSweep(ByteString key)
    {
        lock (_lock)
        {
            return !IsExpectedHere(key) && _sweeping.TryAdd(key, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    public void EndSweep(ByteString key)
    {
        lock (_lock)
        {
            _sweeping.Remove(key, out var end);
            end?.SetResult();
        }
    }

    /// <summary>Waits while a key is being taken out: a put that came in between would be deleted.</summary>
    public Task WaitForSweepAsync(ByteString key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _sweeping.TryGetValue(key, out var end) ? end.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
        }
    }

    /// <summary>It is not known whether a key that was to be put again was.</summary>
    public void Doubt(ByteString key)
    {
        lock (_lock)
        {
            if (_keys.ContainsKey(key))
            {
                _keys[key] = UnknownRevision;
            }
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

    /// <summary>Whether a key is still wanted as it was put, and nobody is putting it again.</summary>
    public bool Holds(KeyValuePair<ByteString, long> record)
    {
        lock (_lock)
        {
            return _keys.TryGetValue(record.Key, out var revision) && revision == record.Value && !_putting.ContainsKey(record.Key);
        }
    }

    /// <summary>Whether a key that hangs on the lease is in its place.</summary>
    public bool IsExpected(ByteString key)
    {
        lock (_lock)
        {
            return IsExpectedHere(key);
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
    /// <param name="unseenOnly">Only those that the last full look did not come to, if it did not come to the end.</param>
    public KeyValuePair<ByteString, long>[] Wanted(bool unseenOnly)
    {
        lock (_lock)
        {
            return unseenOnly && _unseen.Length > 0 ? _unseen : [.. _keys];
        }
    }

    /// <summary>How far a full look has come.</summary>
    public void Unseen(KeyValuePair<ByteString, long>[] records)
    {
        lock (_lock)
        {
            _unseen = records;
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

    private bool IsExpectedHere(ByteString key) => _keys.ContainsKey(key) || _putting.ContainsKey(key) || (_renewals < Inheritance && inherited?.Contains(key) == true);

    private bool CloseIfEmpty() => !_closed && (_closed = _pending == 0 && _keys.Count == 0);
}
