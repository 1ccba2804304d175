using System.Globalization;
using QuickStart.Protocol;

namespace QuickStart;

/// <summary>What became of a provider's process.</summary>
internal enum ProviderFate
{
    Running,
    Killed,
    Stopped,
}

/// <summary>A provider: its process and what it says of itself.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private long _started;
    private long _finished;
    private volatile bool _isToDie;
    private volatile RegistrationReport? _registration;

    private Provider(string name, int port, string? programs, string logDirectory, IEnumerable<string> discovery)
    {
        Name = name;
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        _process = ChildProcess.Start("QuickStart.Provider", programs, Path.Combine(logDirectory, name + ".log"),
        [
            $"--urls=http://{Address}",
            "--Discovery:Registration:ServiceName=greeter",
            $"--Discovery:Registration:Address=http://{Address}",
            "--Discovery:Registration:TimeToLive=3s",
            .. discovery,
        ], OnReport);
    }

    public string Name { get; }

    public string Address { get; }

    public ProviderFate Fate { get; private set; }

    public ChildProcess Process => _process;

    public RegistrationReport? Registration => _registration;

    /// <summary>Requests whose handler has begun.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Requests whose handler has ended; what a killed provider has not said is missing.</summary>
    public long Finished => Interlocked.Read(ref _finished);

    public static Provider Start(string name, int port, string? programs, string logDirectory, IEnumerable<string> discovery) => new(name, port, programs, logDirectory, discovery);

    /// <summary>Kills it as soon as it tells of a request that has begun, so that at least that one is in flight; one moment in a hundred there is none.</summary>
    public void KillDuringRequest()
    {
        Fate = ProviderFate.Killed;
        _isToDie = true;
    }

    /// <summary>Does so now, whether it has told of any or not.</summary>
    public void KillIfDue()
    {
        if (_isToDie)
        {
            _process.Kill();
        }
    }

    public void Stop()
    {
        Fate = ProviderFate.Stopped;
        _process.Terminate();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void OnReport(Report report)
    {
        if (report.Registration is { } registration)
        {
            _registration = registration;
        }

        // Requests run side by side, so their lines may come in another order than their counts.
        if (report.Provider is { } counts)
        {
            KillIfDue();
            Raise(ref _started, counts.Started);
            Raise(ref _finished, counts.Finished);
        }
    }

    private static void Raise(ref long value, long to)
    {
        for (var seen = Interlocked.Read(ref value); seen < to; seen = Interlocked.Read(ref value))
        {
            Interlocked.CompareExchange(ref value, to, seen);
        }
    }
}
