using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Discovery.Client.Servers.Internal;

/// <summary>A process that cannot outlive this one. A small shell stands beside it and reads a pipe from us: when we end, even by SIGKILL, the pipe closes and the shell kills it.</summary>
/// <remarks>The shell is the parent and reaps only at the end, so the pid belongs to the process for as long as signals are sent to it.</remarks>
internal sealed class KeptProcess : IAsyncDisposable
{
    private const string Keeper = """
        mode=$1 log=$2; shift 2
        child=
        trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null; exit 1' HUP INT TERM
        if [ "$mode" = lines ]; then "$@" </dev/null >&2 2>>"$log" &
        else "$@" </dev/null >>"$log" 2>&1 &
        fi
        child=$!
        exec 2>/dev/null
        echo "$child"
        while read -r signal; do
          if kill -s "$signal" "$child" 2>/dev/null; then echo sent; else echo gone; fi
        done
        kill -9 "$child" 2>/dev/null
        wait "$child"
        """;

    private readonly Process _keeper;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _ended;

    private KeptProcess(Process keeper, int id)
    {
        _keeper = keeper;
        Id = id;
    }

    /// <summary>The pid of the process itself, not of the shell beside it.</summary>
    public int Id { get; }

    /// <summary>What it writes to its standard output; only when started with <c>lines</c>.</summary>
    public StreamReader Output => _keeper.StandardError;

    /// <summary>One letter as in /proc/PID/stat: R, S, D running, T stopped, Z ended; X when there is no such process.</summary>
    public char State
    {
        get
        {
            if (_ended)
            {
                return 'X';
            }

            try
            {
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/stat"));
                return stat[stat.LastIndexOf(')') + 2];
            }
            catch (IOException)
            {
                return 'X';
            }
        }
    }

    public bool HasEnded => State is 'Z' or 'X';

    public static async Task<KeptProcess> StartAsync(
        IEnumerable<string> command, string log, bool lines = false, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = lines };
        foreach (var argument in (string[])["-c", Keeper, "keeper", lines ? "lines" : "log", log, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var keeper = Process.Start(start) ?? throw new InvalidOperationException("No shell could be started.");
        var line = await keeper.StandardOutput.ReadLineAsync();
        return int.TryParse(line, CultureInfo.InvariantCulture, out var id)
            ? new KeptProcess(keeper, id)
            : throw new InvalidOperationException($"The shell beside {string.Join(' ', command)} said '{line}' instead of a process id.");
    }

    /// <summary>Runs a command to its end and returns its exit code, standard output and standard error.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        IReadOnlyList<string> command, TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        var log = Path.GetTempFileName();
        try
        {
            var process = await StartAsync(command, log, lines: true);
            await using (process)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(deadline);
                try
                {
                    var output = await process.Output.ReadToEndAsync(limit.Token);
                    await process.WaitForEndAsync(limit.Token);
                    return (await process.EndAsync(), output, await File.ReadAllTextAsync(log, cancellationToken));
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new TimeoutException($"{string.Join(' ', command)} did not end within {deadline}.");
                }
            }
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>Sends a signal by its short name (KILL, TERM, STOP, CONT); a process that has ended is not an error.</summary>
    public async Task SignalAsync(string signal)
    {
        await _turn.WaitAsync();
        try
        {
            if (!_ended)
            {
                await _keeper.StandardInput.WriteLineAsync(signal);
                await _keeper.StandardInput.FlushAsync();
                await _keeper.StandardOutput.ReadLineAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task WaitForEndAsync(CancellationToken cancellationToken) => Poll.UntilAsync(() => HasEnded, cancellationToken);

    /// <summary>Kills it if it still runs, reaps it and the shell beside it, and returns its exit code (137 for killed).</summary>
    public async Task<int> EndAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (!_ended)
            {
                _keeper.StandardInput.Close();
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                await _keeper.WaitForExitAsync(limit.Token);
                _ended = true;
            }

            return _keeper.ExitCode;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    internal static string Tail(string log)
    {
        if (!File.Exists(log))
        {
            return "(it wrote no log)";
        }

        var lines = File.ReadAllLines(log, Encoding.UTF8);
        return string.Join('\n', lines.TakeLast(30));
    }
}
