namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>
/// The definitions of references, "[1]: https://…", that <see cref="Citations"/> lists at the end of a document.
/// </summary>
/// <param name="TextEnd">Where the text before the list ends; the end of the document if it has no list.</param>
/// <param name="Lines">The definitions in the order of their numbers, which begin with 1.</param>
internal sealed record LinkDefinitions(int TextEnd, IReadOnlyList<string> Lines)
{
    private const string Start = "\n\n[1]: ";

    /// <summary>Finds the list of a document.</summary>
    public static LinkDefinitions Read(string markdown)
    {
        var start = markdown.LastIndexOf(Start, StringComparison.Ordinal);
        if (start < 0)
            return None(markdown);
        var lines = new List<string>();
        foreach (var line in markdown[(start + 2)..].TrimEnd('\n').Split('\n'))
        {
            var label = $"[{lines.Count + 1}]: ";
            if (line.Length == label.Length || !line.StartsWith(label, StringComparison.Ordinal))
                return None(markdown);
            lines.Add(line);
        }
        // The blank line belongs to the list.
        return new LinkDefinitions(start + 1, lines);
    }

    /// <summary>What is read of a document without a list.</summary>
    public static LinkDefinitions None(string markdown) => new(markdown.Length, []);
}
