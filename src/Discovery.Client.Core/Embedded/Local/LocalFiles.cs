using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;

namespace Discovery.Client.Embedded;

/// <summary>The few file operations of the registry, all synchronous.</summary>
internal static class LocalFiles
{
    private const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    /// <summary>Lists a directory; null if it does not exist. Links are not followed.</summary>
    public static List<LocalFileEntry>? List(string directory)
    {
        RefuseLink(directory);
        try
        {
            return [.. new FileSystemEnumerable<LocalFileEntry>(directory, Describe, Everything)];
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }

        static LocalFileEntry Describe(ref FileSystemEntry entry)
        {
            var isRegular = !entry.IsDirectory && (entry.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) == 0;
            return new(entry.FileName.ToString(), entry.LastWriteTimeUtc.UtcDateTime, isRegular ? entry.Length : 0, isRegular);
        }
    }

    /// <summary>Throws if the path is a link, which could lead anywhere.</summary>
    public static void RefuseLink(string directory)
    {
        if (new DirectoryInfo(directory) is { Exists: true } info && (info.Attributes & FileAttributes.ReparsePoint) != 0)
        {
            throw new IOException($"'{directory}' is a link; links are not followed.");
        }
    }

    /// <summary>Puts a file in place at once: a reader sees the old one or the new one, never a part.</summary>
    public static void Replace(string path, string temporaryPath, ReadOnlySpan<byte> content, DateTime modifiedAt)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(temporaryPath, options))
            {
                stream.Write(content);
                File.SetLastWriteTimeUtc(stream.SafeFileHandle, modifiedAt);
            }

            File.Move(temporaryPath, path, overwrite: true);
        }
        catch
        {
            TryDelete(temporaryPath);
            throw;
        }
    }

    /// <summary>Deletes a file. Somebody else may have done it, or will.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Reads a file; null if there is none.</summary>
    public static byte[]? Read(string path, int maxBytes)
    {
        using var handle = Open(path, FileAccess.Read);
        return handle is null ? null : Read(handle, maxBytes);
    }

    /// <summary>Sets when a file was modified if its content is the expected one.</summary>
    /// <returns>False if there is no such file.</returns>
    public static bool Touch(string path, ReadOnlySpan<byte> expected, DateTime modifiedAt)
    {
        using var handle = Open(path, FileAccess.ReadWrite);
        if (handle is null || !expected.SequenceEqual(Read(handle, expected.Length + 1)))
        {
            return false;
        }

        File.SetLastWriteTimeUtc(handle, modifiedAt);
        return true;
    }

    private static SafeFileHandle? Open(string path, FileAccess access)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, access, ShareAll);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static byte[] Read(SafeFileHandle handle, int maxBytes)
    {
        var buffer = new byte[Math.Min(RandomAccess.GetLength(handle), maxBytes)];
        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(handle, buffer.AsSpan(length), length) is var read and > 0)
        {
            length += read;
        }

        return length == buffer.Length ? buffer : buffer[..length];
    }
}
