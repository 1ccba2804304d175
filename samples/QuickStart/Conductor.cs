using System.Globalization;
using QuickStart.Screen;

namespace QuickStart;

/// <summary>Starts the processes, makes the incidents happen at their moments, and shows what comes of it.</summary>
internal sealed class Conductor(Arguments arguments) : IAsyncDisposable
{
    // Longer than a few attempts take that a busy machine answers too late.
    private static readonly TimeSpan FailingTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private readonly string _directory = Directory.CreateTempSubdirectory("discovery-quickstart-").FullName;
    private readonly LiveTable _table = new(arguments.Plain || Console.IsOutputRedirected);
    private readonly List<Provider> _providers = [];
    private readonly List<Incident> _incidents = [];
    private readonly IReadOnlyList<int> _ports = FreePorts.Take(4);
    private Consumer? _consumer;
    private DateTimeOffset _startedAt;
    private bool _keepDirectory = true;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (string.Equals(arguments.Backend, "memory", StringComparison.OrdinalIgnoreCase))
        {
            throw new QuickStartException("The registry 'memory' is of one process, and the quick start's programs are processes of their own: they would not find each other. 'local', the default, needs no server either.");
        }

        _table.Write($"Three providers of 'greeter' and a consumer are being started, on the registry '{arguments.Backend}'.");
        StartProvider();
        StartProvider();
        StartProvider();
        await WaitForRegistrationsAsync(cancellationToken);

        _consumer = Consumer.Start(arguments.Programs, _directory, [.. LocalDirectory(), .. arguments.ForConsumers]);
        await WaitForAsync(() => _consumer.Calls.Calls > 0, () => "The consumer makes no calls.", cancellationToken);
        _startedAt = _consumer.Calls.At;

        await PlayAsync(cancellationToken);

        // The consumer first: it finishes what is in flight, and only then are the two sides' counts the same.
        _consumer.Process.CloseLine();
        await WaitForExitAsync("consumer", _consumer.Process, cancellationToken);
        var listedAtEnd = _consumer.Listed;
        foreach (var provider in _providers.Where(provider => provider.Fate == ProviderFate.Running))
        {
            provider.Process.Terminate();
        }

        foreach (var provider in _providers)
        {
            await WaitForExitAsync(provider.Name, provider.Process, cancellationToken);
        }

        await Traces.RemoveAsync(arguments, _providers.Where(provider => provider.Fate == ProviderFate.Killed), cancellationToken);

        var problems = Verdict.ProblemsOf(new RunResult(_consumer.Calls, _consumer.Calls.At - _startedAt, [.. _providers.Select(ResultOf)], listedAtEnd));
        _table.Write(Summary.Of(_consumer, _providers, _incidents, _startedAt, problems));
        _keepDirectory = problems.Count > 0;
        return problems.Count == 0 ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        // Those that still run are asked first, so that they leave the registry; killing them is what is left when that takes too long.
        IAsyncDisposable[] children = [.. _providers, .. _consumer is null ? (Consumer[])[] : [_consumer]];
        ChildProcess[] running = [.. _providers.Select(provider => provider.Process), .. _consumer is null ? (ChildProcess[])[] : [_consumer.Process]];
        foreach (var process in running.Where(process => !process.HasExited))
        {
            process.CloseLine();
        }

        var until = DateTimeOffset.UtcNow + StopTimeout;
        while (running.Any(process => !process.HasExited) && DateTimeOffset.UtcNow < until)
        {
            await Task.Delay(50);
        }

        foreach (var child in children)
        {
            await child.DisposeAsync();
        }

        if (_keepDirectory)
        {
            Console.Error.WriteLine($"The processes' logs are in {_directory}.");
        }
        else
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private async Task PlayAsync(CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromSeconds(arguments.Seconds);
        var script = new Queue<(TimeSpan At, Action Act)>(
        [
            (length * 0.33, () => Act("killed with SIGKILL", _providers[1], provider => provider.KillDuringRequest())),
            (length * 0.5, () => Act("started", StartProvider(), _ => { })),
            (length * 0.7, () => Act("stopped with SIGTERM", _providers[0], provider => provider.Stop())),
        ]);
        while (DateTimeOffset.UtcNow - _startedAt is var now && (now < length || (now < length + LongestWait && _providers.Any(IsWaitedFor))))
        {
            _providers.ForEach(provider => provider.KillIfDue());
            if (script.TryPeek(out var next) && next.At <= now)
            {
                script.Dequeue().Act();
            }

            ThrowIfDead();
            _table.Show(now, length, _consumer!, _providers, arguments.Backend);
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        _table.ShowLast(length, _consumer!, _providers, arguments.Backend);
    }

    // A busy machine may take longer to start a process than is left of the time, and a list that is polled is as old as the pause: the load goes on until the newcomer has a share in it and those that left are gone.
    private bool IsWaitedFor(Provider provider)
        => provider.Fate == ProviderFate.Running ? _consumer!.Calls.Answers.All(answers => answers.From != provider.Address) : _consumer!.Listed.Contains(provider.Address);

    private Provider StartProvider()
    {
        var number = _providers.Count;
        var provider = Provider.Start(string.Create(CultureInfo.InvariantCulture, $"provider-{number + 1}"), _ports[number], arguments.Programs, _directory, [.. LocalDirectory(), .. arguments.Discovery]);
        _providers.Add(provider);
        return provider;
    }

    private void Act(string what, Provider provider, Action<Provider> action)
    {
        var incident = new Incident(DateTimeOffset.UtcNow, provider, what);
        action(provider);
        _incidents.Add(incident);
        _table.Write(string.Create(CultureInfo.InvariantCulture, $"{(incident.At - _startedAt).TotalSeconds,5:0.0} s  {provider.Name} {what}"));
    }

    private async Task WaitForRegistrationsAsync(CancellationToken cancellationToken)
    {
        var failingSince = (DateTimeOffset?)null;
        await WaitForAsync(() =>
        {
            var failing = _providers.Select(provider => provider.Registration?.Error).FirstOrDefault(error => error is not null);
            failingSince = failing is null ? null : failingSince ?? DateTimeOffset.UtcNow;
            if (DateTimeOffset.UtcNow - failingSince > FailingTimeout)
            {
                throw new QuickStartException($"The providers cannot register: {failing}{Hints.WhenUnreachable(arguments.Backend)}");
            }

            return _providers.All(provider => provider.Registration?.State == "Registered");
        }, () => $"The providers are not registered after {StartTimeout.TotalSeconds:0} s.{Hints.WhenUnreachable(arguments.Backend)}", cancellationToken);
    }

    private async Task WaitForAsync(Func<bool> condition, Func<string> message, CancellationToken cancellationToken)
    {
        var until = DateTimeOffset.UtcNow + StartTimeout;
        while (!condition())
        {
            ThrowIfDead();
            if (DateTimeOffset.UtcNow > until)
            {
                throw new QuickStartException(message());
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    private static async Task WaitForExitAsync(string name, ChildProcess process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(StopTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new QuickStartException(string.Create(CultureInfo.InvariantCulture, $"{name} has not stopped within {StopTimeout.TotalSeconds:0} s. Its last lines:{Environment.NewLine}{process.LastWords(6)}"));
        }
    }

    private void ThrowIfDead()
    {
        if (_consumer?.Process.HasExited == true)
        {
            throw Dead("consumer", _consumer.Process);
        }

        if (_providers.Find(provider => provider.Fate == ProviderFate.Running && provider.Process.HasExited) is { } dead)
        {
            throw Dead(dead.Name, dead.Process);
        }
    }

    private static QuickStartException Dead(string name, ChildProcess process)
        => new(string.Create(CultureInfo.InvariantCulture, $"{name} ended by itself, exit code {process.ExitCode}. Its last lines:{Environment.NewLine}{process.LastWords(6)}"));

    private IEnumerable<string> LocalDirectory()
        => arguments.Backend == "local" ? [$"--Discovery:Local:Directory={Path.Combine(_directory, "registry")}"] : [];

    private ProviderResult ResultOf(Provider provider)
        => new(provider.Name, provider.Address, provider.Fate, provider.Started, provider.Finished, provider.Fate == ProviderFate.Killed ? 0 : provider.Process.ExitCode);
}
