using Discovery.Client;
using Discovery.Client.Conformance;

namespace Samples;

public sealed class FileConformanceTests : RegistryBackendConformance
{
    protected override ValueTask<ConformanceTarget> CreateTargetAsync() => new(new FileTarget());

    private sealed class FileTarget : ConformanceTarget
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

        public override string Name => "the file registry";

        public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(2);

        public override IRegistryBackend CreateBackend() => new FileRegistryBackend(_directory.FullName, TimeProvider.System);

        public override ValueTask EndTestAsync(bool failed)
        {
            _directory.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
