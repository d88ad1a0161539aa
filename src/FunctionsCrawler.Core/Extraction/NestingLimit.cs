using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Html.Parser.Tokens.Struct;
using AngleSharp.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Keeps a document from opening too many elements at once. For each tag the tree builder looks through all that are
/// open: without a limit, 1 MB of nothing but <c>&lt;div&gt;</c> takes minutes.
/// </summary>
internal static class NestingLimit
{
    // What end tags that close nothing may cost, in open elements looked through: some tenths of a second.
    private const long MostInVain = 10_000_000;

    /// <summary>Watches the tokens of a document, to be given to <see cref="HtmlParserOptions.OnToken"/>.</summary>
    /// <returns>What throws a <see cref="TooDeepException"/> when <see cref="Cut"/> is due; null if that cannot be.</returns>
    public static Action<HtmlToken, TextRange>? Watch(string html)
    {
        if (html.AsSpan().Count('<') <= HtmlExtractor.MaximumDepth)
            return null;
        var open = new OpenElements();
        var inVain = 0L;
        return (token, _) =>
        {
            if (token is not HtmlTagToken tag || IsOfUse(open, tag.Type, tag.Name, tag.IsSelfClosing))
                return;
            inVain += open.Count;
            if (tag.Type == HtmlTokenType.StartTag || inVain > MostInVain)
                throw new TooDeepException();
        };
    }

    /// <summary>The document without the start tags that are too many and the end tags that close nothing.</summary>
    /// <param name="html">The document.</param>
    /// <param name="parser">Says what is a tag, which depends on the tree: a script in SVG is text only in part.</param>
    public static string Cut(string html, HtmlParser parser)
    {
        using var source = new TextSource(html);
        var open = new OpenElements();
        var kept = new StringBuilder(html.Length);
        var (start, end) = (0, 0);
        // Only a middleware may leave tokens out, but a document made with one lacks the white space between elements.
        using var document = parser.ParseDocument<Document, Element>(
            source,
            (ref StructHtmlToken token, TokenConsumer next) =>
            {
                if (
                    token.Type is not (HtmlTokenType.StartTag or HtmlTokenType.EndTag)
                    || IsOfUse(open, token.Type, token.Name.ToString(), token.IsSelfClosing)
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

    private static bool IsOfUse(OpenElements open, HtmlTokenType type, string name, bool isSelfClosing) =>
        type == HtmlTokenType.StartTag ? open.TryOpen(name, isSelfClosing) : open.TryClose(name);
}

/// <summary>More elements are open at once than may be.</summary>
internal sealed class TooDeepException() : Exception("too many open elements");
