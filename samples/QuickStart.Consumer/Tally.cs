using QuickStart.Protocol;

namespace QuickStart.Consumer;

/// <summary>What came of the calls, by the instance that answered.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Answers> _answers = [];
    private readonly List<string> _firstFailures = [];
    private long _calls;
    private long _failures;

    public void Count(Task<string> call, TimeSpan took)
    {
        lock (_lock)
        {
            _calls++;
            if (!call.IsCompletedSuccessfully)
            {
                _failures++;
                if (_firstFailures.Count < 5)
                {
                    var error = call.Exception?.InnerException;
                    _firstFailures.Add($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} after {took.TotalMilliseconds:0} ms: {(error is null ? "timed out" : $"{error.GetType().Name}: {error.Message}")}");
                }

                return;
            }

            var from = call.Result[(call.Result.LastIndexOf(' ') + 1)..];
            if (!_answers.TryGetValue(from, out var answers))
            {
                _answers.Add(from, answers = new Answers());
            }

            answers.Calls++;
            answers.LastAt = DateTimeOffset.UtcNow;
            answers.Recent.Add(took.TotalMilliseconds);
        }
    }

    public CallsReport Report(bool isLast)
    {
        lock (_lock)
        {
            return new CallsReport(DateTimeOffset.UtcNow, _calls, _failures, [.. _firstFailures], [.. _answers.Select(pair => pair.Value.Report(pair.Key))], isLast);
        }
    }

    private sealed class Answers
    {
        public long Calls { get; set; }

        public DateTimeOffset LastAt { get; set; }

        public List<double> Recent { get; } = [];

        public AnswersReport Report(string from)
        {
            Recent.Sort();
            var report = new AnswersReport(from, Calls, LastAt, At(0.5), At(0.95));
            Recent.Clear();
            return report;
        }

        private double? At(double share) => Recent.Count == 0 ? null : Recent[(int)((Recent.Count - 1) * share)];
    }
}
