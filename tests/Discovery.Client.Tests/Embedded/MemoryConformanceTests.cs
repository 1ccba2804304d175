using Discovery.Client.Conformance;
using Discovery.Client.Embedded;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Tests.Embedded;

public sealed class MemoryConformanceTests : RegistryBackendConformance
{
    protected override ValueTask<ConformanceTarget> CreateTargetAsync() => new(new MemoryTarget());

    private sealed class MemoryTarget : ConformanceTarget
    {
        private readonly FakeTimeProvider _clock = new();
        private readonly MemoryRegistry _registry;

        public MemoryTarget() => _registry = new MemoryRegistry(_clock);

        public override string Name => "the memory registry";

        public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(3);

        public override TimeSpan ExpiryGrace => TimeSpan.Zero;

        public override ConformanceFaults Faults => ConformanceFaults.Kill | ConformanceFaults.Wipe;

        public override IRegistryBackend CreateBackend() => new MemoryRegistryBackend(_registry);

        public override Task PassTimeAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            _clock.Advance(time);
            return Task.CompletedTask;
        }

        public override Task KillAsync(CancellationToken cancellationToken) => Reachable(false);

        public override Task RestartAsync(CancellationToken cancellationToken) => Reachable(true);

        public override Task WipeAsync(CancellationToken cancellationToken)
        {
            _registry.Wipe();
            return Task.CompletedTask;
        }

        public override Task DeleteAsync(ServiceRegistration registration, CancellationToken cancellationToken)
        {
            _registry.Delete(registration.Instance.ServiceName, registration.Instance.InstanceId);
            return Task.CompletedTask;
        }

        private Task Reachable(bool reachable)
        {
            _registry.Unreachable = !reachable;
            return Task.CompletedTask;
        }
    }
}
