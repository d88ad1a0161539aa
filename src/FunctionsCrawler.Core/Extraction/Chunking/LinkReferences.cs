namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>The references of a document to the definitions at its end.</summary>
internal sealed class LinkReferences
{
    private readonly LinkDefinitions _definitions;
    private readonly string?[] _fragments;
    private readonly List<LinkReference> _all = [];

    private LinkReferences(LinkDefinitions definitions, string? pageUrl)
    {
        _definitions = definitions;
        // Read once each, because many references may lead to a long URL.
        _fragments =
        [
            .. definitions.Lines.Select(line =>
                MarkdownLinks.FragmentOf(line.AsSpan(line.IndexOf(' ', StringComparison.Ordinal)), pageUrl)
            ),
        ];
    }

    /// <summary>Finds the references of a document. Without definitions there are none.</summary>
    /// <param name="markdown">The document.</param>
    /// <param name="pageUrl">The URL of the page; null if unknown.</param>
    /// <param name="outline">The structure of the document, if it is known.</param>
    public static LinkReferences Of(string markdown, string? pageUrl, MarkdownOutline? outline = null)
    {
        var definitions = LinkDefinitions.Read(markdown);
        if (definitions.Lines.Count == 0)
            return new LinkReferences(definitions, pageUrl);
        outline ??= MarkdownOutline.Of(markdown);
        // In a code block that does not end, the list is code.
        if (outline.LastBlockBefore(definitions.TextEnd) is { } last && last.End > definitions.TextEnd + 1)
            return new LinkReferences(LinkDefinitions.None(markdown), pageUrl);
        var references = new LinkReferences(definitions, pageUrl);
        references.Find(markdown, outline);
        return references;
    }

    /// <summary>Where the text before the definitions ends; the end of the document if there are none.</summary>
    public int TextEnd => _definitions.TextEnd;

    /// <summary>The references that are defined, in order.</summary>
    public IReadOnlyList<LinkReference> All => _all;

    /// <summary>The definition of a number; null if there is none.</summary>
    public string? DefinitionOf(int number) => Defines(number) ? _definitions.Lines[number - 1] : null;

    /// <summary>The fragment that the URL of a number has on the page itself; null if it leads elsewhere.</summary>
    public string? FragmentOf(int number) => Defines(number) ? _fragments[number - 1] : null;

    /// <summary>Whether a number has a definition.</summary>
    public bool Defines(int number) => number >= 1 && number <= _definitions.Lines.Count;

    private void Find(string markdown, MarkdownOutline outline)
    {
        var at = 0;
        foreach (var code in outline.Blocks.Where(block => block.IsCode))
        {
            FindIn(markdown, at, code.Start);
            at = code.End;
        }
        FindIn(markdown, at, TextEnd);
        _all.RemoveAll(reference => !Defines(reference.Number));
    }

    private void FindIn(string markdown, int start, int end)
    {
        while (start < end)
        {
            var feed = markdown.IndexOf('\n', start, end - start);
            var next = feed < 0 ? end : feed + 1;
            LinkLabels.Find(markdown.AsSpan(start, next - start), start, _all);
            start = next;
        }
    }
}
