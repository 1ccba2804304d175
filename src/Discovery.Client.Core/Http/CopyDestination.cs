namespace Discovery.Client.Http;

/// <summary>What a body is copied into. Knows whether it was the destination that failed: a full disk is no failure of an instance.</summary>
internal sealed class CopyDestination(Stream inner) : Stream
{
    // Known by its assembly, which takes longer to find than the type: nearly all requests meet this one.
    private static Type? _buffer;

    /// <summary>Whether a write has failed.</summary>
    public bool HasFailed { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Stands around a destination; null for what <see cref="HttpContent"/> buffers into, which all requests meet whose body is read before the response is returned and which fails by its limit alone.</summary>
    public static CopyDestination? Around(Stream stream)
    {
        var type = stream.GetType();
        if (type == _buffer || type == typeof(MemoryStream))
        {
            return null;
        }

        if (type.Assembly != typeof(HttpContent).Assembly)
        {
            return new(stream);
        }

        _buffer = type;
        return null;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch
        {
            HasFailed = true;
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            HasFailed = true;
            throw;
        }
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
