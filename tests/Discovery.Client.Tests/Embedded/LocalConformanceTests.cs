using Discovery.Client.Conformance;
using Discovery.Client.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Tests.Embedded;

/// <summary>The directory is real, and so is time.</summary>
public sealed class LocalConformanceTests : RegistryBackendConformance
{
    protected override ValueTask<ConformanceTarget> CreateTargetAsync() => new(new LocalTarget());

    private sealed class LocalTarget : ConformanceTarget
    {
        private readonly TemporaryDirectory _directory = new();

        public override string Name => "the local registry";

        public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(1);

        public override ConformanceFaults Faults => ConformanceFaults.Kill | ConformanceFaults.Wipe;

        public override IRegistryBackend CreateBackend()
            => new LocalRegistryBackend(_directory.Path, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger<LocalRegistryBackend>.Instance);

        /// <summary>There is no server to kill. What comes nearest: the directory is not there and cannot be made, because a file has its name.</summary>
        public override Task KillAsync(CancellationToken cancellationToken)
        {
            Directory.Move(_directory.Path, _directory.Path + "-away");
            File.WriteAllText(_directory.Path, "");
            return Task.CompletedTask;
        }

        public override Task RestartAsync(CancellationToken cancellationToken)
        {
            File.Delete(_directory.Path);
            Directory.Move(_directory.Path + "-away", _directory.Path);
            return Task.CompletedTask;
        }

        public override Task WipeAsync(CancellationToken cancellationToken)
        {
            _directory.Clear();
            return Task.CompletedTask;
        }

        public override ValueTask EndTestAsync(bool failed)
        {
            _directory.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
