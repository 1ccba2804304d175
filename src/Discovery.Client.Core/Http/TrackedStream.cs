using System.Runtime.CompilerServices;
using Discovery.Client.Selection;

namespace Discovery.Client.Http;

/// <summary>The body of a response, read as a stream. Writable after an upgrade.</summary>
internal sealed class TrackedStream(Stream inner, TrackedContent content, long remaining) : Stream
{
    private long _remaining = remaining;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanTimeout => inner.CanTimeout;

    public override int ReadTimeout { get => inner.ReadTimeout; set => inner.ReadTimeout = value; }

    public override int WriteTimeout { get => inner.WriteTimeout; set => inner.WriteTimeout = value; }

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Note(inner.Read(buffer), buffer.Length);
        }
        catch (Exception exception)
        {
            content.Fail(exception);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? new(Note(read.Result, buffer.Length)) : FollowAsync(read, buffer.Length);
    }

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => inner.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        content.Complete(RequestOutcome.Canceled);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            content.Complete(RequestOutcome.Canceled);
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FollowAsync(ValueTask<int> read, int wanted)
    {
        try
        {
            return Note(await read.ConfigureAwait(false), wanted);
        }
        catch (Exception exception)
        {
            content.Fail(exception);
            throw;
        }
    }

    // Readers that know the length do not read on to the zero.
    private int Note(int read, int wanted)
    {
        _remaining -= read;
        if ((read == 0 && wanted > 0) || _remaining <= 0)
        {
            content.Complete(RequestOutcome.Success);
        }

        return read;
    }
}
