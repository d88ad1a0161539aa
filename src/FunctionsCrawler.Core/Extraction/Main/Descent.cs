namespace FunctionsCrawler.Extraction.Main;

/// <summary>
/// Finds the main content of a page without landmarks: goes down to where the text is, and leaves out what is beside the
/// way and is not text.
/// </summary>
/// <param name="outline">The page, without its chrome.</param>
/// <param name="title">The element with the page's title.</param>
internal sealed class Descent(PageOutline outline, OutlineEntry? title)
{
    private const double MostOfProse = 0.6;
    private const double MuchOfProse = 0.3;
    private const double HalfOfProse = 0.5;
    private const double LittleOfProse = 0.1;
    private const double MostlyLinks = 0.5;
    private const double SomeLinks = 0.15;
    private const int LongText = 300;

    /// <summary>The element that holds the content; the top if nothing could be told from it.</summary>
    public OutlineEntry From(OutlineEntry top)
    {
        var node = top;
        OutlineEntry? root = null;
        while (!HoldsText(node) && NextOf(node) is { } next)
        {
            if (LeaveOutBeside(node, next))
                root ??= node;
            node = next;
        }
        return root ?? node;
    }

    // Text of its own, or paragraphs: what is here belongs together.
    private bool HoldsText(OutlineEntry node)
    {
        if (node.OwnText * 5 >= node.Prose)
            return true;
        for (var child = FirstKept(node); child is not null; child = NextKept(child))
            if (child.Prose > 0 && child.Element.LocalName is "p" or "pre" or "blockquote" or "figure" or "dl")
                return true;
        return false;
    }

    private OutlineEntry? NextOf(OutlineEntry node)
    {
        OutlineEntry? most = null;
        OutlineEntry? withTitle = null;
        for (var child = FirstKept(node); child is not null; child = NextKept(child))
        {
            if (most is null || child.Prose > most.Prose)
                most = child;
            if (child.Contains(title) && child != title)
                withTitle = child;
        }
        if (most is not null && most.Prose < node.Prose * MostOfProse)
            most = withTitle is not null && withTitle.Prose >= node.Prose * MuchOfProse ? withTitle : null;
        return most is not null && IsContainer(most) && !IsOneOfMany(node, most) ? most : null;
    }

    private static bool IsContainer(OutlineEntry entry) =>
        entry.Element.LocalName switch
        {
            "p" or "ul" or "ol" or "dl" or "pre" or "blockquote" or "figure" or "a" or "span" or "font" => false,
            _ => !entry.IsHeading && HoldsBlocks(entry),
        };

    // A text without any element inside is a paragraph, whatever it is called.
    private static bool HoldsBlocks(OutlineEntry entry) =>
        entry.End > entry.Index + 1 && (entry.OwnText * 2 < entry.Prose || entry.Headings > 0 || entry.Breaks > 1);

    // Posts of a list look alike.
    private bool IsOneOfMany(OutlineEntry node, OutlineEntry item)
    {
        for (var child = FirstKept(node); child is not null; child = NextKept(child))
            if (
                child != item
                && child.Prose > 0
                && child.Is(item.Element.LocalName)
                && (
                    item.Is("article")
                    || (
                        item.Element.ClassName is { Length: > 0 } name
                        && string.Equals(name, child.Element.ClassName, StringComparison.Ordinal)
                    )
                )
            )
                return true;
        return false;
    }

    /// <summary>Leaves out siblings that are no text; returns whether any was kept.</summary>
    private bool LeaveOutBeside(OutlineEntry node, OutlineEntry next)
    {
        OutlineEntry first = next,
            last = next;
        for (var child = FirstKept(node); child is not null; child = NextKept(child))
            if (child != next && IsText(child, next))
                (first, last) = (child.Index < first.Index ? child : first, child.Index > last.Index ? child : last);
        for (var child = FirstKept(node); child is not null; child = NextKept(child))
        {
            var isBetween = child.Index > first.Index && child.Index < last.Index && child.LinkDensity < MostlyLinks;
            if (child != next && !isBetween && !IsText(child, next))
                child.LeaveOut();
            else if (child != next && child.Contains(title))
                LeaveOutLinks(child);
        }
        return first != last;
    }

    private bool IsText(OutlineEntry entry, OutlineEntry next)
    {
        // Below the title, a section of links with a heading is a part of the text: "See also".
        if (entry.Contains(title) || (entry.Headings > 0 && IsBeside(entry, next)))
            return true;
        // The contents of a chapter without text of its own; those of a page have been left out.
        if (NameWords.IsContents(entry.Element))
            return true;
        // What comes before the title is rarely content.
        var least = title is not null && entry.End <= title.Index ? HalfOfProse : LittleOfProse;
        if (entry.LinkDensity >= MostlyLinks || entry.Prose < next.Prose * least)
            return entry.IsHeading && entry.LinkDensity < MostlyLinks;
        // What comes last, with links, is a footer.
        return !(
            NextKept(entry) is null && entry.LinkDensity >= SomeLinks && entry.Prose < LongText && entry.Headings == 0
        );
    }

    private bool IsBeside(OutlineEntry entry, OutlineEntry next) =>
        title is not null
        && title.Index < entry.Index
        && !next.Contains(title)
        && entry.Parent is { } parent
        && parent.Contains(title);

    private void LeaveOutLinks(OutlineEntry entry)
    {
        for (var child = FirstKept(entry); child is not null; child = NextKept(child))
            if (child.Contains(title))
                LeaveOutLinks(child);
            else if (child.LinkDensity >= MostlyLinks)
                child.LeaveOut();
    }

    private OutlineEntry? FirstKept(OutlineEntry node) =>
        outline.FirstChild(node) is { } child ? (child.IsLeftOut ? NextKept(child) : child) : null;

    private static OutlineEntry? NextKept(OutlineEntry entry)
    {
        var next = entry.Next;
        while (next is { IsLeftOut: true })
            next = next.Next;
        return next;
    }
}
