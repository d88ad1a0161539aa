using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Decides which emphasis CommonMark can express. Emphasis whose delimiters would be misread under the flanking rules
/// (CommonMark 0.31, 6.2), or would touch other delimiters, is dropped: the text matters more than its formatting.
/// </summary>
internal static class Delimiters
{
    private static readonly Emphasis[] Kinds = [Emphasis.Strong, Emphasis.Stress, Emphasis.Deleted];

    /// <summary>Removes emphasis that CommonMark cannot express, then merges adjacent runs that have become equal.</summary>
    public static void DropInexpressible(List<Run> runs)
    {
        DropInexpressible(runs, 0, runs.Count, default, ' ', ' ');
        var kept = 0;
        for (var i = 0; i < runs.Count; i++)
        {
            if (kept > 0 && CanJoin(runs[kept - 1], runs[i]))
                runs[kept - 1].Text.Append(runs[i].Text);
            else
                runs[kept++] = runs[i];
        }
        runs.RemoveRange(kept, runs.Count - kept);
    }

    /// <summary>
    /// Returns the outermost link or emphasis that starts at a run and is not open yet: the one that spans the most runs.
    /// </summary>
    public static (Emphasis Kind, bool IsLink, int End) Outermost(List<Run> runs, int start, int end, InlineStyle open)
    {
        var style = runs[start].Style;
        var best = (Kind: Emphasis.None, IsLink: false, End: start);
        if (style.Link is not null && style.Link != open.Link)
        {
            best = (Emphasis.None, true, start + 1);
            while (best.End < end && runs[best.End].Style.Link == style.Link)
                best.End++;
        }
        foreach (var kind in Kinds)
        {
            if ((style.Emphasis & ~open.Emphasis & kind) == Emphasis.None)
                continue;
            var stop = start + 1;
            while (stop < end && (runs[stop].Style.Emphasis & kind) != Emphasis.None)
                stop++;
            if (stop > best.End)
                best = (kind, false, stop);
        }
        return best;
    }

    private static void DropInexpressible(List<Run> runs, int start, int end, InlineStyle open, char before, char after)
    {
        var i = start;
        while (i < end)
        {
            var (kind, isLink, stop) = Outermost(runs, i, end, open);
            if (isLink)
                DropInexpressible(runs, i, stop, open with { Link = runs[i].Style.Link }, '[', ']');
            else if (kind != Emphasis.None)
            {
                var previous = i == start ? before : LastChar(runs[i - 1], open);
                var next = stop == end ? after : FirstChar(runs[stop], open);
                var touches = i > start && (runs[i - 1].Style.Emphasis & ~open.Emphasis) != Emphasis.None;
                var inside = open with { Emphasis = open.Emphasis | kind };
                if (
                    touches
                    || !IsFlanking(FirstChar(runs[i], open), previous, IsMixed(runs[i], open))
                    || !IsFlanking(LastChar(runs[stop - 1], open), next, IsMixed(runs[stop - 1], open))
                )
                {
                    for (var j = i; j < stop; j++)
                        runs[j].Style = runs[j].Style with { Emphasis = runs[j].Style.Emphasis & ~kind };
                    continue;
                }
                DropInexpressible(runs, i, stop, inside, previous, next);
            }
            i = Math.Max(stop, i + 1);
        }
    }

    // One method for left-flanking and right-flanking, which are mirror images.
    private static bool IsFlanking(char inner, char outer, bool mixed)
    {
        if (char.IsWhiteSpace(inner))
            return false;
        if (!mixed && char.IsLetterOrDigit(inner))
            return true;
        return char.IsWhiteSpace(outer) || (char.IsAscii(outer) && char.IsPunctuation(outer));
    }

    // The flanking rules treat "~~" next to "**" as punctuation.
    private static bool IsMixed(Run run, InlineStyle open)
    {
        var added = run.Style.Emphasis & ~open.Emphasis;
        return (added & Emphasis.Deleted) != Emphasis.None && added != Emphasis.Deleted;
    }

    private static bool CanJoin(Run left, Run right) =>
        left.Kind == RunKind.Text
        && right.Kind == RunKind.Text
        && left.IsCode == right.IsCode
        && left.Style with { Code = null } == right.Style with { Code = null };

    private static char FirstChar(Run run, InlineStyle open) =>
        run.Style.Link is not null && run.Style.Link != open.Link ? '[' : Edge(run, '!', 0);

    private static char LastChar(Run run, InlineStyle open) =>
        run.Style.Link is not null && run.Style.Link != open.Link ? ')' : Edge(run, ')', run.Text.Length - 1);

    private static char Edge(Run run, char image, int index) =>
        run.Kind switch
        {
            RunKind.Break => '\n',
            RunKind.Image => image,
            _ when run.IsCode => '`',
            _ => run.Text[index],
        };
}
