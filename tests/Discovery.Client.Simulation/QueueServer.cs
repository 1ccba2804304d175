namespace Discovery.Client.Simulation;

/// <summary>A server that does one request after the other, first come first served.</summary>
public sealed class QueueServer(VirtualTime time, Func<TimeSpan> work)
{
    private TimeSpan _freeAt;

    /// <summary>How many requests are in it.</summary>
    public int Length { get; private set; }

    /// <summary>Takes a request.</summary>
    /// <param name="done">Called when it is done.</param>
    public void Take(Action done)
    {
        Length++;
        _freeAt = (_freeAt > time.Elapsed ? _freeAt : time.Elapsed) + work();
        time.After(_freeAt - time.Elapsed, () =>
        {
            Length--;
            done();
        });
    }
}
