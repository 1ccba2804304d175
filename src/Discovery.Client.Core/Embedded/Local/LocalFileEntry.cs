namespace Discovery.Client.Embedded;

/// <summary>A file as the directory lists it.</summary>
internal readonly record struct LocalFileEntry(string Name, DateTime ModifiedAt, long Length, bool IsRegular);
