using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>Renders the runs of a paragraph as Markdown inlines.</summary>
internal sealed class ParagraphRenderer
{
    private readonly List<Run> _runs;
    private readonly TextPlace _place;
    private readonly Citations? _citations;
    private readonly StringBuilder _output = new();

    private ParagraphRenderer(List<Run> runs, TextPlace place, Citations? citations)
    {
        _runs = runs;
        // Where a text "[1]" would be read as a reference, brackets are escaped as in links.
        _place = citations is null ? place : place | TextPlace.Link;
        _citations = citations;
    }

    public static string Render(Paragraph paragraph, TextPlace place, Citations? citations = null)
    {
        var runs = paragraph.Runs;
        while (paragraph.EndsWithBreak)
            runs.RemoveAt(runs.Count - 1);
        if (place == TextPlace.Cell)
            foreach (var run in runs)
                // Write it as text: parsers disagree on whether "\|" in a code span of a table keeps its backslash.
                if (run.IsCode && run.Text.ToString().Contains('|', StringComparison.Ordinal))
                    run.Style = run.Style with { Code = null };
        Delimiters.DropInexpressible(runs);
        var renderer = new ParagraphRenderer(runs, place, citations);
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
                EndLink(link.Url);
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

    private void EndLink(string url)
    {
        if (_citations is null)
            _output.Append("](").Append(Escaping.Destination(url)).Append(')');
        else
            _output.Append("][").Append(_citations.NumberOf(url)).Append(']');
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
                _output.Append(_place == TextPlace.Cell ? "<br>" : "\\\n");
                break;
            case RunKind.Mark:
                _output.Append(run.Text);
                break;
            case RunKind.Formula:
                _output.Append(_place == TextPlace.Cell ? Tex.ForCell(run.Text.ToString()) : run.Text.ToString());
                break;
            case RunKind.Image:
                _output.Append("![");
                Escaping.AppendText(_output, run.Text.ToString(), _place | TextPlace.Link, ' ', '\0');
                EndLink(run.Url);
                break;
            case RunKind.Text when run.IsCode:
                Escaping.AppendCode(_output, run.Text.ToString());
                break;
            default:
                Escaping.AppendText(_output, run.Text.ToString(), place, Before(index), After(index));
                break;
        }
    }

    // The character before a text: the start of a paragraph or line, or NUL for any markup.
    private char Before(int index)
    {
        // Emphasis may have started on an earlier line, so even a styled run can be the first text of its line.
        if (index > 0)
            return IsLineEnd(index - 1) ? '\n' : '\0';
        return IsMarked(index) ? '\0' : Escaping.ParagraphStart;
    }

    private char After(int index) =>
        !IsMarked(index) && (index + 1 == _runs.Count || IsLineEnd(index + 1)) ? '\n' : '\0';

    // In a cell a break is markup on the same line.
    private bool IsLineEnd(int index) => _runs[index].Kind == RunKind.Break && _place != TextPlace.Cell;

    private bool IsMarked(int index) => _runs[index].Style is not { Emphasis: Emphasis.None, Link: null };
}
