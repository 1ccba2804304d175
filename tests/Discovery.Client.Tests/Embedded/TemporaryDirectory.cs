namespace Discovery.Client.Tests.Embedded;

/// <summary>A directory under the system's temporary one, deleted at the end. <see cref="Path"/> itself does not exist at first.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("discovery-client-tests-");

    public string Path => System.IO.Path.Combine(_parent.FullName, "registry");

    /// <summary>Deletes <see cref="Path"/>, also while others write to it.</summary>
    public void Clear() => Delete(new DirectoryInfo(Path));

    public void Dispose() => Delete(_parent);

    private static void Delete(DirectoryInfo directory)
    {
        for (var attempt = 0; attempt < 100 && Directory.Exists(directory.FullName); attempt++)
        {
            try
            {
                directory.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                // Somebody has just written a file, or a watch that is ending has made a directory again.
            }
        }
    }
}
