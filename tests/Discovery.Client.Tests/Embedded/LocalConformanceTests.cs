using Discovery.Client.Conformance;
using Discovery.Client.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Tests.Embedded;

/// <summary>The directory is real, and so is time. There is no server to kill; what is nearest to it, a directory that cannot be used, is in <see cref="LocalRegistryBackendTests"/>.</summary>
public sealed class LocalConformanceTests : RegistryBackendConformance
{
    protected override ValueTask<ConformanceTarget> CreateTargetAsync() => new(new LocalTarget());

    private sealed class LocalTarget : ConformanceTarget
    {
        private readonly TemporaryDirectory _directory = new();

        public override string Name => "the local registry";

        public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(1);

        public override ConformanceFaults Faults => ConformanceFaults.Wipe;

        public override IRegistryBackend CreateBackend()
            => new LocalRegistryBackend(_directory.Path, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger<LocalRegistryBackend>.Instance);

        public override Task WipeAsync(CancellationToken cancellationToken)
        {
            _directory.Clear();
            return Task.CompletedTask;
        }

        public override Task DeleteAsync(ServiceRegistration registration, CancellationToken cancellationToken)
        {
            File.Delete(Path.Combine(_directory.Path, LocalNames.Encode(registration.Instance.ServiceName), LocalNames.RecordFile(registration.Instance.InstanceId)));
            return Task.CompletedTask;
        }

        public override ValueTask EndTestAsync(bool failed)
        {
            _directory.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
