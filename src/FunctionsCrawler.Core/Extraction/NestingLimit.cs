using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Html.Parser.Tokens.Struct;
using AngleSharp.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Limits how many elements a document can have open at once. The tree builder searches all open elements for each tag, so
/// without a limit 1 MB of nothing but <c>&lt;div&gt;</c> takes minutes.
/// </summary>
internal static class NestingLimit
{
    // The total number of open elements that may be searched for end tags without effect: a few tenths of a second.
    private const long MaxWastedSearches = 10_000_000;

    /// <summary>Creates a handler for <see cref="HtmlParserOptions.OnToken"/> that checks the limit.</summary>
    /// <returns>
    /// A handler that throws <see cref="TooDeepException"/> when <see cref="Cut"/> is needed; null if the document is too
    /// small to reach the limit.
    /// </returns>
    public static Action<HtmlToken, TextRange>? Watch(string html)
    {
        if (html.AsSpan().Count('<') <= HtmlExtractor.MaximumDepth)
            return null;
        var open = new OpenElements();
        var wastedSearches = 0L;
        return (token, _) =>
        {
            if (token is not HtmlTagToken tag || HasEffect(open, tag.Type, tag.Name, tag.IsSelfClosing))
                return;
            wastedSearches += open.Count;
            if (tag.Type == HtmlTokenType.StartTag || wastedSearches > MaxWastedSearches)
                throw new TooDeepException();
        };
    }

    /// <summary>Removes the start tags over the limit and the end tags without effect from a document.</summary>
    /// <param name="html">The document.</param>
    /// <param name="parser">
    /// The parser used to find the tags. What is a tag depends on the tree: for example, a script element in SVG can contain
    /// tags.
    /// </param>
    public static string Cut(string html, HtmlParser parser)
    {
        using var source = new TextSource(html);
        var open = new OpenElements();
        var kept = new StringBuilder(html.Length);
        var (start, end) = (0, 0);
        // Only a middleware can drop tokens. Its document is discarded because it lacks the white space between elements.
        using var document = parser.ParseDocument<Document, Element>(
            source,
            (ref StructHtmlToken token, TokenConsumer next) =>
            {
                if (
                    token.Type is not (HtmlTokenType.StartTag or HtmlTokenType.EndTag)
                    || HasEffect(open, token.Type, token.Name.ToString(), token.IsSelfClosing)
                )
                    next(ref token);
                else
                {
                    kept.Append(html, start, end - start);
                    start = source.Index;
                }
                end = source.Index;
                return TokenConsumptionResult.Continue;
            }
        );
        return kept.Append(html, start, html.Length - start).ToString();
    }

    private static bool HasEffect(OpenElements open, HtmlTokenType type, string name, bool isSelfClosing) =>
        type == HtmlTokenType.StartTag ? open.TryOpen(name, isSelfClosing) : open.TryClose(name);
}

/// <summary>The document opens more elements at once than <see cref="NestingLimit"/> allows.</summary>
internal sealed class TooDeepException() : Exception("too many open elements");
