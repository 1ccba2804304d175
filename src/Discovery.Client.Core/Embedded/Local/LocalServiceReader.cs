using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

/// <summary>Reads the directory of one service. Shared by all watches and reads of the service in a backend, so that files are read once.</summary>
internal sealed partial class LocalServiceReader(string directory, LocalClock clock, ILogger logger)
{
    /// <summary>How long a dead record, or one that was never finished, stays before anybody removes it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly string _name = Path.GetFileName(directory);
    private Dictionary<string, LocalCachedFile> _files = new(StringComparer.Ordinal);
    private ServiceSnapshot? _current;
    private TimeSpan _lastLook;
    private ulong _epoch = clock.Epoch;
    private ulong _number;
    private bool _existed;
    private (string File, string Reason)? _firstRejection;
    private int _newlyRejected;

    /// <summary>Looks at the directory.</summary>
    /// <param name="last">A list from before this reader, whose unchanged instances are taken over.</param>
    /// <returns>The list, which is the same object as long as nothing changes, and how long it can hold by itself.</returns>
    public (ServiceSnapshot Snapshot, TimeSpan? NextExpiry) Read(ServiceSnapshot? last)
    {
        lock (_gate)
        {
            var (steadyNow, wallNow) = (clock.Steady, clock.Wall);
            var files = new Dictionary<string, LocalCachedFile>(_files.Count, StringComparer.Ordinal);
            var instances = new List<ServiceInstance>(_files.Count);
            var rejected = 0;
            TimeSpan? nextExpiry = null;
            var entries = LocalFiles.List(directory);
            if (entries is null && _existed)
            {
                // Nobody takes a service's directory away but somebody who wipes the registry: its instances are about to register again.
                _epoch++;
            }

            _existed = entries is not null;
            foreach (var entry in entries ?? [])
            {
                if (LocalNames.IsTemporary(entry.Name))
                {
                    RemoveAbandoned(entry, wallNow);
                    continue;
                }

                if (Look(entry, steadyNow, wallNow) is not { } file)
                {
                    continue;
                }

                files[entry.Name] = file;
                if (file.Instance is null)
                {
                    rejected++;
                }
                else if (file.Deadline > steadyNow)
                {
                    instances.Add(file.Instance);
                    nextExpiry = nextExpiry < file.Deadline - steadyNow ? nextExpiry : file.Deadline - steadyNow;
                }
                else if (steadyNow - file.Deadline > Grace)
                {
                    RemoveDead(entry);
                }
            }

            (_files, _lastLook) = (files, steadyNow);
            ReportRejected();
            return (Publish(instances, rejected, last), nextExpiry);
        }
    }

    private ServiceSnapshot Publish(List<ServiceInstance> instances, int rejected, ServiceSnapshot? last)
    {
        var previous = _current ?? last;
        var next = ServiceSnapshot.Create(instances, new SnapshotVersion(_epoch, _number + 1), previous, rejected);
        if (_current is not null && _current.RejectedRecords == rejected && SameObjects(_current.Instances, next.Instances))
        {
            return _current;
        }

        _number++;
        return _current = next;
    }

    private static bool SameObjects(ImmutableArray<ServiceInstance> left, ImmutableArray<ServiceInstance> right)
    {
        var i = 0;
        while (i < left.Length && i < right.Length && ReferenceEquals(left[i], right[i]))
        {
            i++;
        }

        return i == left.Length && i == right.Length;
    }

    private LocalCachedFile? Look(LocalFileEntry entry, TimeSpan steadyNow, DateTime wallNow)
    {
        var known = _files.GetValueOrDefault(entry.Name);
        if (known is not null && known.ModifiedAt == entry.ModifiedAt && known.Length == entry.Length)
        {
            return known;
        }

        var (content, reason) = Load(entry);
        if (content is null)
        {
            return reason is null ? null : Reject(entry, reason);
        }

        if (known?.Instance is not null && known.Content.AsSpan().SequenceEqual(content))
        {
            known.Deadline = LocalExpiry.Deadline(steadyNow, wallNow, entry.ModifiedAt, known.TimeToLive, _lastLook);
            known.ModifiedAt = entry.ModifiedAt;
            return known;
        }

        reason = LocalRecordCodec.Decode(content, _name, entry.Name, out var record, out var instance);
        if (reason is not null)
        {
            return Reject(entry, reason);
        }

        var timeToLive = TimeSpan.FromMilliseconds(record!.TimeToLiveMs);
        return new LocalCachedFile
        {
            ModifiedAt = entry.ModifiedAt,
            Length = entry.Length,
            Content = content,
            Instance = instance,
            TimeToLive = timeToLive,
            Deadline = LocalExpiry.Deadline(steadyNow, wallNow, entry.ModifiedAt, timeToLive, known?.Instance is null ? null : _lastLook),
        };
    }

    private (byte[]? Content, string? Reason) Load(LocalFileEntry entry)
    {
        // A pipe or socket has no length; to open one could block for ever.
        if (!entry.IsRegular || entry.Length == 0 || !entry.Name.EndsWith(LocalNames.RecordSuffix, StringComparison.Ordinal))
        {
            return (null, "it is empty, or not a file of this registry");
        }

        if (entry.Length > LocalRecordCodec.MaxBytes)
        {
            return (null, "it is too large");
        }

        try
        {
            return (LocalFiles.Read(Path.Combine(directory, entry.Name), LocalRecordCodec.MaxBytes), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception.Message);
        }
    }

    private LocalCachedFile Reject(LocalFileEntry entry, string reason)
    {
        _newlyRejected++;
        _firstRejection ??= (Path.Combine(directory, entry.Name), reason);
        return new LocalCachedFile { ModifiedAt = entry.ModifiedAt, Length = entry.Length, Content = [] };
    }

    // One line for all that a look found, however many they are.
    private void ReportRejected()
    {
        if (_firstRejection is { } first)
        {
            Log.RecordRejected(logger, first.File, first.Reason, _newlyRejected - 1);
        }

        (_firstRejection, _newlyRejected) = (null, 0);
    }

    private void RemoveDead(LocalFileEntry entry)
    {
        // Its owner may have woken up meanwhile; what is still possible between this look and the deletion ends with the owner's next renewal.
        var path = Path.Combine(directory, entry.Name);
        if (File.GetLastWriteTimeUtc(path) == entry.ModifiedAt)
        {
            LocalFiles.TryDelete(path);
            Log.DeadRecordRemoved(logger, path);
        }
    }

    private void RemoveAbandoned(LocalFileEntry entry, DateTime wallNow)
    {
        if (entry.IsRegular && wallNow - entry.ModifiedAt > Grace)
        {
            LocalFiles.TryDelete(Path.Combine(directory, entry.Name));
        }
    }
}
