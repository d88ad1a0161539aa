using System.Text;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace FunctionsCrawler.Cli.Output;

/// <summary>
/// Makes links to saved pages lead to their files. Only the destinations of links change: not images, code, or text that looks
/// like a link.
/// </summary>
internal static class RelativeLinks
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UsePreciseSourceLocation()
        .Build();

    /// <summary>Rewrites the links of a page.</summary>
    /// <param name="markdown">The page.</param>
    /// <param name="file">The path of its file.</param>
    /// <param name="find">Returns where a URL leads, to a file in the same folder; null if its page was not saved.</param>
    public static string Rewrite(string markdown, string file, Func<string, SavedPlace?> find)
    {
        if (!markdown.Contains("://", StringComparison.Ordinal) || LinkCost.Of(markdown) > LinkCost.Limit)
            return markdown;
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(markdown, Pipeline);
        }
        catch (ArgumentException)
        {
            // Quotes and lists are nested deeper than the parser follows. The links stay absolute, as they do to pages that
            // were not saved.
            return markdown;
        }
        var changes = FindLinks(document)
            .Where(link => link.Span.Start >= 0 && link.Span.End < markdown.Length && link.Span.Length > 0)
            .OrderBy(link => link.Span.Start)
            .ToList();
        var result = new StringBuilder(markdown.Length);
        var done = 0;
        foreach (var (span, url, isAutolink) in changes)
        {
            var source = markdown.AsSpan(span.Start, span.Length);
            // A span that does not hold the URL is none that the parser knows exactly.
            if (
                span.Start < done
                || !source.Contains("://", StringComparison.Ordinal)
                || Replace(url, file, find) is not { } path
            )
                continue;
            result.Append(markdown, done, span.Start - done);
            result.Append(isAutolink ? $"[{Escape(url)}]({path})" : path);
            done = span.End + 1;
        }
        return result.Append(markdown, done, markdown.Length - done).ToString();
    }

    private static IEnumerable<(SourceSpan Span, string Url, bool IsAutolink)> FindLinks(MarkdownDocument document)
    {
        foreach (var node in document.Descendants())
        {
            switch (node)
            {
                // The destination of a reference is in its definition.
                case LinkInline { IsImage: false, Reference: null, Url: { } url } link:
                    yield return (link.UrlSpan, url, false);
                    break;
                case LinkReferenceDefinition { Url: { } url } definition:
                    yield return (definition.UrlSpan, url, false);
                    break;
                case AutolinkInline { IsEmail: false } autolink:
                    yield return (autolink.Span, autolink.Url, true);
                    break;
            }
        }
    }

    private static string? Replace(string url, string file, Func<string, SavedPlace?> find)
    {
        if (find(url) is not { } target)
            return null;
        var safe = target
            .Fragment.Replace("(", "%28", StringComparison.Ordinal)
            .Replace(")", "%29", StringComparison.Ordinal)
            .Replace(" ", "%20", StringComparison.Ordinal);
        return string.Equals(target.File, file, StringComparison.Ordinal) && safe.Length > 1
            ? safe
            : Relative(file, target.File) + safe;
    }

    // The path from one file to another, percent-encoded.
    private static string Relative(string file, string target)
    {
        var (from, to) = (file.Split('/'), target.Split('/'));
        var shared = 0;
        while (
            shared < Math.Min(from.Length, to.Length) - 1
            && string.Equals(from[shared], to[shared], StringComparison.Ordinal)
        )
            shared++;
        var steps = Enumerable.Repeat("..", from.Length - 1 - shared);
        // Parentheses would end the destination of a link.
        var names = to[shared..]
            .Select(name =>
                Uri.EscapeDataString(name)
                    .Replace("(", "%28", StringComparison.Ordinal)
                    .Replace(")", "%29", StringComparison.Ordinal)
            );
        return string.Join('/', steps.Concat(names));
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
            escaped.Append(c is '[' or ']' or '\\' or '*' or '_' or '`' or '<' or '&' or '|' ? $"\\{c}" : c.ToString());
        return escaped.ToString();
    }
}
