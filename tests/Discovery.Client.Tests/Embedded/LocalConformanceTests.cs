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
        private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        private readonly TemporaryDirectory _directory = new();

        public override string Name => "the local registry";

        public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(1);

        public override ConformanceFaults Faults => ConformanceFaults.Wipe | (OperatingSystem.IsWindows() ? ConformanceFaults.None : ConformanceFaults.Kill);

        public override IRegistryBackend CreateBackend()
            => new LocalRegistryBackend(_directory.Path, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger<LocalRegistryBackend>.Instance);

        /// <summary>There is no server to kill. What comes nearest, and happens at once: others may write to the directory, so it is refused.</summary>
        public override Task KillAsync(CancellationToken cancellationToken) => SetMode(OwnerOnly | UnixFileMode.OtherWrite);

        public override Task RestartAsync(CancellationToken cancellationToken) => SetMode(OwnerOnly);

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

        private Task SetMode(UnixFileMode mode)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_directory.Path, mode);
            }

            return Task.CompletedTask;
        }
    }
}
