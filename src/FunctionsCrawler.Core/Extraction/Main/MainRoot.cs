namespace FunctionsCrawler.Extraction.Main;

/// <summary>Finds the element that holds the main content of a page whose chrome has been left out.</summary>
/// <param name="outline">The page.</param>
/// <param name="title">The element with the page's title.</param>
internal sealed class MainRoot(PageOutline outline, OutlineEntry? title)
{
    // A landmark with less of the page's prose than this was put around something else.
    private const double LeastOfPage = 0.1;
    private const double LeastOfMain = 0.75;

    /// <summary>The element that holds the main content, after leaving out what is beside it.</summary>
    public OutlineEntry Find()
    {
        var body = outline[0];
        if (Marked() is not { } marked)
            return new Descent(outline, title).From(body);
        return title is null || marked.Contains(title) || title.IsLeftOut || HoldsHeading(marked)
            ? marked
            : WithTitle(marked);
    }

    private OutlineEntry? Marked()
    {
        // A page that is a list of links has little prose, but its title tells where it is.
        if (
            Landmarks.Only(outline, Landmarks.IsMain) is { } main
            && (IsEnough(main, outline[0], LeastOfPage) || main.Contains(title))
        )
            return
                Landmarks.Only(outline, Landmarks.IsArticle, main) is { } inner
                && IsEnough(inner, main, LeastOfMain)
                && (inner.Contains(title) || !main.Contains(title))
                ? inner
                : main;
        return Landmarks.Only(outline, Landmarks.IsArticle) is { } article && IsEnough(article, outline[0], LeastOfMain)
            ? article
            : null;
    }

    private static bool IsEnough(OutlineEntry part, OutlineEntry whole, double least) =>
        part.Text > 0 && part.Prose >= whole.Prose * least;

    private bool HoldsHeading(OutlineEntry root)
    {
        for (var i = root.Index; i < root.End; i++)
            if (outline[i].IsLeftOut)
                i = outline[i].End - 1;
            else if (outline[i].Is("h1"))
                return true;
        return false;
    }

    // The title stands outside the landmark, for example in a header above it: keep both, and nothing between them.
    private OutlineEntry WithTitle(OutlineEntry marked)
    {
        var root = marked;
        while (!root.Contains(title))
        {
            root = root.Parent!;
            for (var child = outline.FirstChild(root); child is not null; child = child.Next)
                if (!child.Contains(marked))
                    LeaveOutBeside(child);
        }
        return root;
    }

    private void LeaveOutBeside(OutlineEntry entry)
    {
        if (!entry.Contains(title))
            entry.LeaveOut();
        else if (entry != title)
            for (var child = outline.FirstChild(entry); child is not null; child = child.Next)
                LeaveOutBeside(child);
    }
}
