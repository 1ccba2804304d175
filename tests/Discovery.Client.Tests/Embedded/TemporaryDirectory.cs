namespace Discovery.Client.Tests.Embedded;

/// <summary>A directory under the system's temporary one, deleted at the end. <see cref="Path"/> itself does not exist at first.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("discovery-client-tests-");

    public string Path => System.IO.Path.Combine(_parent.FullName, "registry");

    public void Dispose()
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            try
            {
                _parent.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                // A watch that is just ending may have made a directory again.
            }
        }
    }
}
