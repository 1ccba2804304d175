using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Discovery.Client;

namespace Samples;

/// <summary>A registry in one JSON file that everybody may read and write, for example on a shared volume.</summary>
public sealed class FileRegistryBackend(string path, TimeProvider timeProvider) : IRegistryBackend
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1);

    // Reads are as consistent as watches and more recent. Changes are polled, so there is no Push.
    public RegistryCapabilities Capabilities => RegistryCapabilities.Register | RegistryCapabilities.ConfirmingRead;

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var (instance, ttl) = (registration.Instance, registration.TimeToLive);
        var lease = $"{instance.ServiceName}/{instance.InstanceId}#{Guid.NewGuid():N}";
        await ChangeAsync(
            document =>
            {
                // The whole wish replaces what was there. Whoever held the id finds out at its next renewal.
                document.Entries.RemoveAll(entry => entry.Service == instance.ServiceName && entry.Id == instance.InstanceId);
                document.Entries.Add(Entry.From(instance, lease, timeProvider.GetUtcNow() + ttl));
                document.Number++;
            },
            cancellationToken).ConfigureAwait(false);
        return new Lease(new LeaseGroup(lease, ttl, renewEvery: ttl / 3), registration);
    }

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => ChangeAsync(
        document =>
        {
            var now = timeProvider.GetUtcNow();
            var i = document.Entries.FindIndex(entry => entry.Lease == group.Id && entry.Expires > now);
            document.Entries[i >= 0 ? i : throw new LeaseLostException($"'{path}' does not hold {group.Id}.")] = document.Entries[i] with { Expires = now + group.TimeToLive };
        },
        cancellationToken);

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => ChangeAsync(
        document => document.Number += (ulong)document.Entries.RemoveAll(entry => entry.Lease == lease.Group.Id),
        cancellationToken);

    public async ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
        => ToSnapshot(await LoadAsync(cancellationToken).ConfigureAwait(false), query, null);

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ServiceSnapshot? current = null;
        while (true)
        {
            var next = ToSnapshot(await LoadAsync(cancellationToken).ConfigureAwait(false), query, current ?? last);

            // The same object again says: nothing changed, and I have just looked.
            var unchanged = current?.Version == next.Version && current.Instances.SequenceEqual(next.Instances);
            yield return current = unchanged ? current! : next;
            await Task.Delay(PollEvery, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private ServiceSnapshot ToSnapshot(Document document, ServiceQuery query, ServiceSnapshot? previous)
    {
        var (instances, rejected, now) = (new List<ServiceInstance>(), 0, timeProvider.GetUtcNow());
        foreach (var entry in document.Entries.Where(entry => entry.Service == query.Name && entry.Expires > now))
        {
            try
            {
                instances.Add(entry.ToInstance());
            }
            catch (ArgumentException)
            {
                rejected++; // One bad record does not cost the others.
            }
        }

        return ServiceSnapshot.Create(instances, new SnapshotVersion(document.Epoch, document.Number), previous, rejected);
    }

    private async ValueTask<Document> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(content, FileJsonContext.Default.Document) ?? throw new JsonException("It is null.");
        }
        catch (FileNotFoundException)
        {
            return new Document(); // Nobody has registered yet, which is an answer.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new RegistryException($"'{path}' cannot be read: {e.Message}", isTransient: e is IOException, connection: path, e);
        }
    }

    private async ValueTask ChangeAsync(Action<Document> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false); // Within the process first come, first served; between processes luck decides.
        try
        {
            await using var mutex = (await LockAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            var document = await LoadAsync(cancellationToken).ConfigureAwait(false);
            var now = timeProvider.GetUtcNow();
            document.Epoch = document.Epoch > 0 ? document.Epoch : (ulong)now.UtcTicks; // A new file counts from a new beginning.
            document.Entries.RemoveAll(entry => entry.Expires <= now);
            change(document);
            await File.WriteAllBytesAsync(path + ".new", JsonSerializer.SerializeToUtf8Bytes(document, FileJsonContext.Default.Document), cancellationToken).ConfigureAwait(false);
            File.Move(path + ".new", path, overwrite: true); // Readers see the old file or the new one, never a half.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"'{path}' cannot be changed: {e.Message}", isTransient: e is IOException, connection: path, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        for (var started = timeProvider.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && timeProvider.GetElapsedTime(started) < LockTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

internal sealed class Document
{
    public ulong Epoch { get; set; }

    public ulong Number { get; set; }

    public List<Entry> Entries { get; init; } = [];
}

internal sealed record Entry(
    string Service, string Id, string Lease, DateTimeOffset Expires, string Host, int Port, string? Scheme, string? PathPrefix, double Weight,
    string? Zone, string? Version, ServiceStatus Status, Dictionary<string, ServiceEndpoint> Endpoints, Dictionary<string, string> Metadata)
{
    public static Entry From(ServiceInstance i, string lease, DateTimeOffset expires) => new(
        i.ServiceName, i.InstanceId, lease, expires, i.Host, i.Port, i.Scheme, i.PathPrefix, i.Weight, i.Zone, i.Version, i.Status, new(i.Endpoints), new(i.Metadata));

    public ServiceInstance ToInstance() => new()
    {
        ServiceName = Service,
        InstanceId = Id,
        Host = Host,
        Port = Port,
        Scheme = Scheme,
        PathPrefix = PathPrefix,
        Weight = Weight,
        Zone = Zone,
        Version = Version,
        Status = Status,
        Endpoints = Endpoints.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Metadata = Metadata.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };
}

[JsonSerializable(typeof(Document))]
internal sealed partial class FileJsonContext : JsonSerializerContext;
