using System.Globalization;
using QuickStart.Protocol;

namespace QuickStart.Screen;

/// <summary>The table that lives at the bottom of the terminal, under the lines written so far; where the output is redirected, a table every few seconds.</summary>
internal sealed class LiveTable(bool isPlain)
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private readonly Queue<CallsReport> _lastSecond = new();
    private int _linesDrawn;
    private TimeSpan _nextPlain = TimeSpan.FromSeconds(1);

    /// <summary>Writes a line that stays.</summary>
    public void Write(string text)
    {
        Erase();
        Console.Out.WriteLine(text);
    }

    /// <summary>Shows how it stands, if it is time to.</summary>
    public void Show(TimeSpan now, TimeSpan length, Consumer consumer, IReadOnlyList<Provider> providers, string backend)
    {
        Remember(consumer.Calls);
        if (isPlain && now < _nextPlain)
        {
            return;
        }

        _nextPlain = now + PlainInterval;
        Draw(now, length, consumer, providers, backend);
    }

    /// <summary>Shows how it stands at the end.</summary>
    public void ShowLast(TimeSpan length, Consumer consumer, IReadOnlyList<Provider> providers, string backend)
    {
        Draw(length, length, consumer, providers, backend);
        _linesDrawn = 0;
    }

    private void Draw(TimeSpan now, TimeSpan length, Consumer consumer, IReadOnlyList<Provider> providers, string backend)
    {
        var (calls, before) = (consumer.Calls, _lastSecond.Peek());
        var seconds = Math.Max(0.001, (calls.At - before.At).TotalSeconds);
        var inLastSecond = calls.Calls - before.Calls;
        List<string> lines =
        [
            "",
            string.Create(CultureInfo.InvariantCulture,
                $"{now.TotalSeconds,5:0.0} of {length.TotalSeconds:0} s   {calls.Calls:N0} calls   {inLastSecond / seconds:0}/s   {calls.Failures} failed   {consumer.Listed.Count} on the list of '{backend}'"),
            TableRow.Header,
            .. providers.Select(provider => TableRow.Of(provider, consumer, ShareOf(provider.Address, calls, before), isPlain)),
        ];
        Erase();
        Console.Out.Write(string.Join(Environment.NewLine, lines) + Environment.NewLine);
        _linesDrawn = lines.Count;
    }

    private void Remember(CallsReport calls)
    {
        if (_lastSecond.Count == 0 || _lastSecond.Last() != calls)
        {
            _lastSecond.Enqueue(calls);
        }

        while (_lastSecond.Count > 2 && calls.At - _lastSecond.Peek().At > TimeSpan.FromSeconds(1.1))
        {
            _lastSecond.Dequeue();
        }
    }

    private static double ShareOf(string address, CallsReport calls, CallsReport before)
    {
        var total = calls.Answers.Sum(answers => answers.Calls) - before.Answers.Sum(answers => answers.Calls);
        return total == 0 ? 0 : (double)(Of(calls) - Of(before)) / total;

        long Of(CallsReport report) => report.Answers.FirstOrDefault(answers => answers.From == address)?.Calls ?? 0;
    }

    private void Erase()
    {
        if (!isPlain && _linesDrawn > 0)
        {
            Console.Out.Write($"\e[{_linesDrawn}A\e[J");
        }

        _linesDrawn = 0;
    }
}
