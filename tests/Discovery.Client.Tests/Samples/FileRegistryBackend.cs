using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Discovery.Client;

namespace Samples;

/// <summary>A registry in a directory that everybody may read and write, for example on a shared volume: a file per instance, alive until its time to live after it was last touched.</summary>
public sealed class FileRegistryBackend(string directory, TimeProvider timeProvider) : IRegistryBackend
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);

    // Reads are as consistent as watches and more recent; nothing in a renewal awaits. Changes are polled, so there is no Push.
    public RegistryCapabilities Capabilities => RegistryCapabilities.Register | RegistryCapabilities.ConfirmingRead | RegistryCapabilities.BlockingRenewal;

    private DateTime Now => timeProvider.GetUtcNow().UtcDateTime;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => Attempt(
        () =>
        {
            var (instance, ttl, lease) = (registration.Instance, registration.TimeToLive, Guid.NewGuid().ToString("N"));
            var path = Path.Combine(directory, $"{Hash(instance.ServiceName)}-{Hash(instance.InstanceId)}.json");
            File.WriteAllBytes(path + lease, JsonSerializer.SerializeToUtf8Bytes(Entry.Of(instance, lease, ttl), FileJsonContext.Default.Entry));
            File.SetLastWriteTimeUtc(path + lease, Now);

            // The whole wish replaces what was there: readers see the old file or the new one, and whoever held the id finds out at its next renewal.
            File.Move(path + lease, path, overwrite: true);
            return new Lease(new LeaseGroup($"{path}#{lease}", ttl, renewEvery: ttl / 3), registration);
        },
        cancellationToken);

    public async ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => await Attempt(
        () =>
        {
            File.SetLastWriteTimeUtc(Held(group) ?? throw new LeaseLostException($"'{directory}' does not hold {group.Id} any more."), Now);
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    public async ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => await Attempt(
        () =>
        {
            File.Delete(Held(lease.Group) ?? Path.Combine(directory, "nothing")); // What is gone already is no error.
            return true;
        },
        cancellationToken).ConfigureAwait(false);

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => Attempt(() => Look(query, null), cancellationToken);

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (ServiceSnapshot? current = null; ;)
        {
            var next = await Attempt(() => Look(query, current ?? last), cancellationToken).ConfigureAwait(false);

            // The same object again says: nothing changed, and I have just looked.
            current = current?.Instances.SequenceEqual(next.Instances) == true && current.RejectedRecords == next.RejectedRecords ? current : next;
            yield return current;
            await Task.Delay(PollEvery, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ServiceSnapshot Look(ServiceQuery query, ServiceSnapshot? previous)
    {
        var (instances, rejected) = (new List<ServiceInstance>(), 0);
        foreach (var path in Directory.EnumerateFiles(directory, Hash(query.Name) + "-*.json"))
        {
            try
            {
                // Gone meanwhile, or not touched in time: not listed.
                if (Load(path) is { } entry && IsAlive(path, entry))
                {
                    instances.Add(entry.ToInstance());
                }
            }
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                rejected++; // One bad record does not cost the others.
            }
        }

        return ServiceSnapshot.Create(instances, previous: previous, rejectedRecords: rejected);
    }

    /// <summary>The file of a lease, if it is still this lease's.</summary>
    private string? Held(LeaseGroup group)
    {
        var path = group.Id[..group.Id.LastIndexOf('#')];
        return Load(path) is { } entry && group.Id.EndsWith(entry.Lease, StringComparison.Ordinal) && IsAlive(path, entry) ? path : null;
    }

    private bool IsAlive(string path, Entry entry) => File.GetLastWriteTimeUtc(path) + entry.TimeToLive > Now;

    private static Entry? Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), FileJsonContext.Default.Entry);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    // Any name becomes a file name of this length; the name itself stands in the file.
    private static string Hash(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private ValueTask<T> Attempt<T>(Func<T> action, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new(action());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // A directory that is not there, or not mounted, is an error and no empty list.
            return ValueTask.FromException<T>(new RegistryException($"'{directory}' cannot be used: {e.Message}", isTransient: e is IOException, connection: directory, e));
        }
        catch (Exception e) when (e is RegistryException or OperationCanceledException)
        {
            return ValueTask.FromException<T>(e);
        }
    }
}

internal sealed record Entry(ServiceInstance Plain, Dictionary<string, ServiceEndpoint> Endpoints, Dictionary<string, string> Metadata, string Lease, TimeSpan TimeToLive)
{
    public static Entry Of(ServiceInstance i, string lease, TimeSpan ttl)
        => new(i with { Endpoints = i.Endpoints.Clear(), Metadata = i.Metadata.Clear() }, new(i.Endpoints), new(i.Metadata), lease, ttl);

    public ServiceInstance ToInstance()
        => Plain with { Endpoints = Endpoints.ToImmutableSortedDictionary(StringComparer.Ordinal), Metadata = Metadata.ToImmutableSortedDictionary(StringComparer.Ordinal) };
}

[JsonSerializable(typeof(Entry))]
internal sealed partial class FileJsonContext : JsonSerializerContext;
