using System.Globalization;
using System.Text;

namespace Discovery.Client.Simulation.Picture;

/// <summary>One curve of a panel: a value for each second.</summary>
internal sealed record Line(string Name, string Color, double[] Values);

/// <summary>Panels of curves over the same seconds, one below the other, as SVG that needs no style sheet and is readable on white and on dark pages.</summary>
internal sealed class Chart(int width, int height)
{
    private const int Left = 52, Right = 16, Top = 62, Gap = 46, Bottom = 34;
    private readonly List<(string Title, double Low, double High, double Step, Line[] Lines)> _panels = [];

    public Chart Panel(string title, double low, double high, double step, Line[] lines)
    {
        _panels.Add((title, low, high, step, lines));
        return this;
    }

    public string ToSvg(string title)
    {
        var svg = new StringBuilder();
        Add(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">""");
        Add(svg, $"""<title>{title}</title><rect width="{width}" height="{height}" fill="#ffffff"/>""");
        Add(svg, $"""<text x="{Left}" y="20" font-size="14">{title}</text>""");
        var x = Left;
        foreach (var line in _panels[0].Lines)
        {
            Add(svg, $"""<line x1="{x}" x2="{x + 18}" y1="36" y2="36" stroke="{line.Color}" stroke-width="3"/><text x="{x + 23}" y="40">{line.Name}</text>""");
            x += 150;
        }

        var panelHeight = (height - Top - Bottom - (Gap * (_panels.Count - 1))) / _panels.Count;
        for (var i = 0; i < _panels.Count; i++)
        {
            AddPanel(svg, _panels[i], Top + (i * (panelHeight + Gap)), panelHeight);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void AddPanel(StringBuilder svg, (string Title, double Low, double High, double Step, Line[] Lines) panel, int top, int high)
    {
        var seconds = panel.Lines[0].Values.Length;
        double X(double second) => Left + (second / seconds * (width - Left - Right));
        double Y(double value) => top + high - ((Math.Clamp(value, panel.Low, panel.High) - panel.Low) / (panel.High - panel.Low) * high);

        var (from, until) = (X(Scenarios.SlowInstance.SlowFrom.TotalSeconds), X(Scenarios.SlowInstance.SlowUntil.TotalSeconds));
        Add(svg, $"""<rect x="{from:F1}" y="{top}" width="{until - from:F1}" height="{high}" fill="#eeeeee"/><text x="{Left}" y="{top - 6}">{panel.Title}</text>""");
        for (var value = panel.Low; value <= panel.High + 1e-9; value += panel.Step)
        {
            Add(svg, $"""<line x1="{Left}" x2="{width - Right}" y1="{Y(value):F1}" y2="{Y(value):F1}" stroke="#cccccc"/><text x="{Left - 6}" y="{Y(value) + 4:F1}" text-anchor="end">{value:0.#}</text>""");
        }

        for (var second = 0; second <= seconds; second += 15)
        {
            Add(svg, $"""<text x="{X(second):F1}" y="{top + high + 16}" text-anchor="middle">{second} s</text>""");
        }

        foreach (var line in panel.Lines)
        {
            var points = string.Join(' ', line.Values.Select((value, second) => string.Create(CultureInfo.InvariantCulture, $"{X(second + 0.5):F1},{Y(value):F1}")));
            Add(svg, $"""<polyline points="{points}" fill="none" stroke="{line.Color}" stroke-width="1.6"/>""");
        }
    }

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
