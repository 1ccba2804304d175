using System.Globalization;

namespace Discovery.Client.Embedded;

/// <summary>The writing half of the backend. Everything works on the calling thread.</summary>
internal sealed class LocalRegistrations(LocalRoot root, LocalClock clock)
{
    private static long _writes;

    public Lease Register(ServiceRegistration registration)
    {
        var instance = registration.Instance;
        var write = Interlocked.Increment(ref _writes);
        var content = LocalRecordCodec.Encode(registration, LocalOwner.Current, write);
        if (content.Length > LocalRecordCodec.MaxBytes)
        {
            throw new RegistryException($"The registration of {Describe(instance)} has {content.Length} bytes, {LocalRecordCodec.MaxBytes} are allowed.", isTransient: false);
        }

        root.Prepare();
        var directory = root.ServiceDirectory(instance.ServiceName);
        LocalFiles.RefuseLink(directory);
        LocalRoot.Create(directory);
        var path = Path.Combine(directory, LocalNames.RecordFile(instance.InstanceId));
        RefuseIfHeld(instance, path);

        var timeToLive = registration.TimeToLive;
        var temporary = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $".{Environment.ProcessId}-{write}.tmp"));
        LocalFiles.Replace(path, temporary, content, clock.Wall);
        return new Lease(new LocalLeaseGroup($"{Describe(instance)}#{write}", timeToLive, path, content, clock.Steady), registration);
    }

    public void Renew(LeaseGroup group)
    {
        if (group is not LocalLeaseGroup lease)
        {
            throw new LeaseLostException($"The lease {group.Id} was not granted by the local registry.");
        }

        if (clock.Steady - lease.RenewedAt >= lease.TimeToLive)
        {
            throw new LeaseLostException($"The lease {group.Id} was not renewed for {lease.TimeToLive}, so others have dropped it.");
        }

        if (!LocalFiles.Touch(lease.Path, lease.Content, clock.Wall))
        {
            throw new LeaseLostException($"The record of the lease {group.Id}, '{lease.Path}', is gone or was replaced.");
        }

        lease.RenewedAt = clock.Steady;
    }

    public static void Deregister(Lease lease)
    {
        if (lease.Group is LocalLeaseGroup group && group.Content.AsSpan().SequenceEqual(LocalFiles.Read(group.Path, group.Content.Length + 1)))
        {
            File.Delete(group.Path);
        }
    }

    private void RefuseIfHeld(ServiceInstance instance, string path)
    {
        if (LocalFiles.Read(path, LocalRecordCodec.MaxBytes) is { } content
            && LocalRecordCodec.Decode(content, LocalNames.Encode(instance.ServiceName), Path.GetFileName(path), out var record, out _) is null
            && record!.Owner is { IsAnotherLivingProcess: true } owner
            && clock.Wall - File.GetLastWriteTimeUtc(path) < TimeSpan.FromMilliseconds(record.TimeToLiveMs))
        {
            throw new RegistryException(
                $"{Describe(instance)} is held by process {owner.ProcessId} on {owner.Scope}, which is alive; two processes cannot register one instance id.", isTransient: false);
        }
    }

    private static string Describe(ServiceInstance instance) => $"{instance.ServiceName}/{instance.InstanceId}";
}
