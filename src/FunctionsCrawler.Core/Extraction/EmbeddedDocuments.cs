using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Puts documents that the markup itself holds into the page: the srcdoc of iframes, and the noframes part of a frameset, whose
/// frames are pages of their own.
/// </summary>
internal static partial class EmbeddedDocuments
{
    /// <summary>The name of the element that holds the content, as the only child of an iframe or at the end of a frameset.</summary>
    public const string Root = "embedded-document";

    private const string Attribute = "data-srcdoc";

    // Deeper ones are left out. With what they hold, the tree stays within the depth that all readers can walk.
    private const int MaxDepth = HtmlExtractor.MaximumDepth / 2;
    private const int MaxDocuments = 100;

    /// <summary>
    /// Renames the srcdoc attributes of a document, because the parser would parse all of them itself, without any limit.
    /// </summary>
    public static string Rename(string html) =>
        html.Contains("srcdoc", StringComparison.OrdinalIgnoreCase)
            ? SourceAttribute().Replace(html, match => match.Value.Insert(LastName(match.Value), "data-"))
            : html;

    /// <summary>Inserts the documents.</summary>
    /// <param name="document">The page.</param>
    /// <param name="parse">Parses a document; null if it cannot be part of the page.</param>
    public static void Insert(IDocument document, Func<string, IDocument?> parse)
    {
        foreach (var frame in document.QuerySelectorAll($"iframe[{Attribute}]").Take(MaxDocuments))
            Append(frame, frame.GetAttribute(Attribute)!, parse);
        foreach (var fallback in document.QuerySelectorAll("frameset > noframes").Take(MaxDocuments))
            Append(fallback.ParentElement!, fallback.TextContent, parse);
    }

    private static void Append(IElement parent, string html, Func<string, IDocument?> parse)
    {
        if (DepthOf(parent) > MaxDepth || parse(html) is not { Body: { } body } inner)
            return;
        using (inner)
        {
            if (HeightOf(body) > MaxDepth - 2)
                return;
            var root = parent.Owner!.CreateElement(Root);
            // The body as a whole: moving its children one by one would take quadratic time.
            root.AppendChild(parent.Owner.Import(body));
            parent.AppendChild(root);
        }
    }

    private static int LastName(string tag) => tag.LastIndexOf("srcdoc", StringComparison.OrdinalIgnoreCase);

    private static int DepthOf(INode node)
    {
        var depth = 0;
        for (var parent = node.Parent; parent is not null; parent = parent.Parent)
            depth++;
        return depth;
    }

    private static int HeightOf(INode root)
    {
        var height = 0;
        var waiting = new Stack<(INode Node, int Depth)>([(root, 1)]);
        while (waiting.TryPop(out var next))
        {
            height = Math.Max(height, next.Depth);
            var children = next.Node.ChildNodes;
            for (var i = 0; i < children.Length; i++)
                waiting.Push((children[i], next.Depth + 1));
        }
        return height;
    }

    [GeneratedRegex(
        @"<iframe\s([^<>]*\s)?srcdoc\s*=",
        RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture
            | RegexOptions.NonBacktracking
    )]
    private static partial Regex SourceAttribute();
}
