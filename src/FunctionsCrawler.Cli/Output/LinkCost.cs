namespace FunctionsCrawler.Cli.Output;

/// <summary>
/// Bounds what the parser needs for the links of a page. It searches the rest of a paragraph for the end of each link, so its
/// time is quadratic if links have no end. Pages that a site delivers as Markdown may be made for that.
/// </summary>
internal static class LinkCost
{
    /// <summary>About a second.</summary>
    public const long Limit = 1_000_000_000;

    /// <summary>
    /// The number of characters that are searched at most: in each paragraph, its length for each link that does not end before
    /// the next space, and for each definition.
    /// </summary>
    public static long Of(ReadOnlySpan<char> markdown)
    {
        var (cost, links, length) = (0L, 0L, 0L);
        foreach (var line in markdown.EnumerateLines())
        {
            if (line.TrimStart(" \t") is [] or ['-' or '*' or '+' or '#', ' ', ..])
            {
                cost += links * length;
                (links, length) = (0, 0);
            }
            links += CountOpen(line);
            length += line.Length;
        }
        return cost + (links * length);
    }

    private static long CountOpen(ReadOnlySpan<char> line)
    {
        var (open, begun) = (0L, 0L);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == ']' && i + 1 < line.Length && line[i + 1] is '(' or ':')
            {
                if (line[i + 1] == ':')
                    open++;
                else
                    begun++;
                i++;
            }
            else if (line[i] == ')' && begun > 0)
            {
                open += begun - 1;
                begun = 0;
            }
            else if (line[i] is ' ' or '\t')
            {
                open += begun;
                begun = 0;
            }
        }
        return open + begun;
    }
}
