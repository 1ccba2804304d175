using System.Runtime.CompilerServices;
using Discovery.Client.Internal;

namespace Discovery.Client.Tests.Snapshots;

/// <summary>A registry that says what the test says. Each watch reads from the same script; a watch that is waiting gets what is pushed.</summary>
internal sealed class ScriptedBackend : IRegistryBackend
{
    private readonly Queue<object> _script = new();
    private readonly Broadcast _pushed = new();

    public RegistryCapabilities Capabilities { get; set; } = RegistryCapabilities.ConfirmingRead;

    /// <summary>What each watch was given to resume from, in order.</summary>
    public List<ServiceSnapshot?> Watches { get; } = [];

    public List<ServiceQuery> Queries { get; } = [];

    public int Reads { get; private set; }

    public int Running { get; private set; }

    public Func<ServiceSnapshot>? Read { get; set; }

    /// <summary>What every watch begins with, before the script: a list to yield, or an exception to throw.</summary>
    public Func<object?>? Opening { get; set; }

    /// <summary>How long every watch lives after what it begins with.</summary>
    public Func<CancellationToken, Task>? Life { get; set; }

    public void Push(object snapshotOrException)
    {
        _script.Enqueue(snapshotOrException);
        _pushed.Raise();
    }

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Watches.Add(last);
        Queries.Add(query);
        Running++;
        try
        {
            if (Opening?.Invoke() is { } opening)
            {
                yield return ListOrThrow(opening);
            }

            if (Life is { } life)
            {
                await life(cancellationToken).ConfigureAwait(true);
                throw new RegistryException("cut");
            }

            while (true)
            {
                using var waiter = _pushed.Register(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                if (_script.TryDequeue(out var next))
                {
                    yield return ListOrThrow(next);
                }
                else
                {
                    await waiter.Task.ConfigureAwait(true);
                }
            }
        }
        finally
        {
            Running--;
        }
    }

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        Reads++;
        return Read is { } read ? new(read()) : throw new RegistryException("no read");
    }

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ServiceSnapshot ListOrThrow(object next) => next is Exception exception ? throw exception : (ServiceSnapshot)next;
}
