using QuickStart.Protocol;

namespace QuickStart;

/// <summary>The consumer: its process, what it counts, and when instances came to and went from its list.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ChildProcess _process;
    private readonly Dictionary<string, (double? Median, double? P95)> _latencies = [];
    private readonly List<ListChange> _changes = [];
    private CallsReport _calls = new(DateTimeOffset.UtcNow, 0, 0, [], [], IsLast: false);
    private string[] _listed = [];

    private Consumer(string? programs, string logDirectory, IEnumerable<string> discovery)
        => _process = ChildProcess.Start("QuickStart.Consumer", programs, Path.Combine(logDirectory, "consumer.log"), discovery, OnReport);

    public ChildProcess Process => _process;

    public CallsReport Calls
    {
        get
        {
            lock (_lock)
            {
                return _calls;
            }
        }
    }

    /// <summary>The addresses that are on its list.</summary>
    public IReadOnlyList<string> Listed
    {
        get
        {
            lock (_lock)
            {
                return _listed;
            }
        }
    }

    /// <summary>All that came to and went from its list, in order.</summary>
    public IReadOnlyList<ListChange> Changes
    {
        get
        {
            lock (_lock)
            {
                return [.. _changes];
            }
        }
    }

    public static Consumer Start(string? programs, string logDirectory, IEnumerable<string> discovery) => new(programs, logDirectory, discovery);

    public AnswersReport AnswersFrom(string address) => Calls.Answers.FirstOrDefault(answers => answers.From == address) ?? new AnswersReport(address, 0, default, null, null);

    /// <summary>The latest latencies known of an instance, in ms.</summary>
    public (double? Median, double? P95) LatencyOf(string address)
    {
        lock (_lock)
        {
            return _latencies.GetValueOrDefault(address);
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void OnReport(Report report)
    {
        lock (_lock)
        {
            if (report.Calls is { } calls)
            {
                _calls = calls;
                foreach (var answers in calls.Answers)
                {
                    _latencies[answers.From] = (answers.Median, answers.P95);
                }
            }

            if (report.View is { } view)
            {
                _changes.AddRange(view.Listed.Except(_listed).Select(address => new ListChange(view.At, address, IsListed: true)));
                _changes.AddRange(_listed.Except(view.Listed).Select(address => new ListChange(view.At, address, IsListed: false)));
                _listed = view.Listed;
            }
        }
    }
}

/// <summary>An instance came to the consumer's list, or went.</summary>
internal sealed record ListChange(DateTimeOffset At, string Address, bool IsListed);
