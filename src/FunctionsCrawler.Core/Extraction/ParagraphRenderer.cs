using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>Writes a paragraph's runs as Markdown inlines.</summary>
internal sealed class ParagraphRenderer
{
    private readonly List<Run> _runs;
    private readonly TextPlace _place;
    private readonly StringBuilder _output = new();

    private ParagraphRenderer(List<Run> runs, TextPlace place)
    {
        _runs = runs;
        _place = place;
    }

    public static string Render(Paragraph paragraph, TextPlace place)
    {
        var runs = paragraph.Runs;
        while (paragraph.EndsWithBreak)
            runs.RemoveAt(runs.Count - 1);
        if (place == TextPlace.Cell)
            foreach (var run in runs)
                // Parsers disagree on whether a backslash before a pipe inside code is taken away again.
                if (run.IsCode && run.Text.ToString().Contains('|', StringComparison.Ordinal))
                    run.Style = run.Style with { Code = null };
        Delimiters.Settle(runs);
        var renderer = new ParagraphRenderer(runs, place);
        renderer.Write(0, runs.Count, default);
        return renderer._output.ToString();
    }

    private void Write(int start, int end, InlineStyle open)
    {
        var i = start;
        while (i < end)
        {
            var (kind, isLink, stop) = Delimiters.Outermost(_runs, i, end, open);
            if (isLink)
            {
                var link = _runs[i].Style.Link!;
                _output.Append('[');
                Write(i, stop, open with { Link = link });
                _output.Append("](").Append(Escaping.Destination(link.Url)).Append(')');
            }
            else if (kind != Emphasis.None)
            {
                var delimiter = DelimiterOf(kind);
                _output.Append(delimiter);
                Write(i, stop, open with { Emphasis = open.Emphasis | kind });
                _output.Append(delimiter);
            }
            else
                WriteRun(i, open);
            i = Math.Max(stop, i + 1);
        }
    }

    private static string DelimiterOf(Emphasis kind) =>
        kind switch
        {
            Emphasis.Strong => "**",
            Emphasis.Stress => "*",
            _ => "~~",
        };

    private void WriteRun(int index, InlineStyle open)
    {
        var run = _runs[index];
        var place = open.Link is null ? _place : _place | TextPlace.Link;
        switch (run.Kind)
        {
            case RunKind.Break:
                _output.Append("\\\n");
                break;
            case RunKind.Image:
                _output.Append("![");
                Escaping.AppendText(_output, run.Text.ToString(), _place | TextPlace.Link, ' ', '\0');
                _output.Append("](").Append(Escaping.Destination(run.Url)).Append(')');
                break;
            case RunKind.Text when run.IsCode:
                Escaping.AppendCode(_output, run.Text.ToString());
                break;
            default:
                Escaping.AppendText(_output, run.Text.ToString(), place, Before(index), After(index));
                break;
        }
    }

    // The neighbours of a text: a line's border, or NUL for some markup.
    private char Before(int index)
    {
        // Emphasis may have begun on an earlier line, so this one may start with the text itself.
        if (index > 0)
            return _runs[index - 1].Kind == RunKind.Break ? '\n' : '\0';
        return IsMarked(index) ? '\0' : Escaping.ParagraphStart;
    }

    private char After(int index) =>
        !IsMarked(index) && (index + 1 == _runs.Count || _runs[index + 1].Kind == RunKind.Break) ? '\n' : '\0';

    private bool IsMarked(int index) => _runs[index].Style is not { Emphasis: Emphasis.None, Link: null };
}
