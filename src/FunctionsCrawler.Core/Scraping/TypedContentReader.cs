using System.Xml;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Scraping;

/// <summary>
/// Turns JSON, feeds, PDF documents and source code into Markdown for <paramref name="pages"/>, and skips content of a kind that
/// was not asked for. The links of HTML are followed in any case.
/// </summary>
/// <param name="pages">Reads HTML and text.</param>
/// <param name="types">The kinds of content to store.</param>
/// <param name="maxElements">The maximum number of elements of a feed's entry.</param>
/// <param name="deadline">The longest time of a visit. Reading a PDF has what is left of it.</param>
/// <param name="time">The clock.</param>
internal sealed class TypedContentReader(
    IContentReader pages,
    IReadOnlyList<ContentKind> types,
    int maxElements,
    TimeSpan deadline,
    TimeProvider time
) : IContentReader
{
    /// <inheritdoc/>
    public ScrapedPage Read(PageRecord record, PageTarget target, FetchResult response)
    {
        var kind = ContentKinds.Of(response.ContentType) ?? ContentKind.Html;
        if (!types.Contains(kind))
        {
            var skipped = record with { Error = Unsupported(kind) };
            return kind == ContentKind.Html
                ? pages.Read(record, target, response) with
                {
                    Record = skipped,
                }
                : new ScrapedPage(skipped);
        }
        return kind switch
        {
            ContentKind.Json => ReadCode("json"),
            ContentKind.Feed => ReadFeed(),
            ContentKind.Pdf => ReadPdf(),
            ContentKind.Text when FindLanguage(target) is { } language => ReadCode(language),
            _ => pages.Read(record, target, response),
        };

        ScrapedPage ReadCode(string language) =>
            ReadText(FencedText.Write(response.Text ?? "", language), null, response.Text);

        // The text is what the document shows; Markdown may need escapes or a fence around it.
        ScrapedPage ReadText(string markdown, string? title, string? text)
        {
            var page = pages.Read(
                record,
                target,
                response with
                {
                    Text = markdown,
                    ContentType = MediaTypes.PlainText,
                }
            );
            return page.Record.Error is null
                ? page with
                {
                    Record = page.Record with { Title = title, Text = page.Record.Text is null ? null : text },
                }
                : page;
        }

        ScrapedPage ReadFeed()
        {
            try
            {
                return
                    FeedReader.Read(response.Content, new Uri(record.FinalUrl ?? record.Url), maxElements) is { } feed
                    ? ReadText(feed.Markdown, feed.Title, feed.Markdown)
                    : Failed(ErrorCode.UnsupportedType, "The content is XML, but neither RSS nor Atom.");
            }
            catch (TooManyElementsException e)
            {
                return Failed(ErrorCode.TooLarge, e.Message);
            }
            catch (Exception e) when (e is XmlException or InvalidDataException)
            {
                return Failed(ErrorCode.Protocol, $"the feed cannot be read: {e.Message}");
            }
        }

        ScrapedPage ReadPdf()
        {
            try
            {
                var limits = new PdfLimits { Duration = TimeLeft(record) };
                var document = PdfReader.Read(response.Content, limits, time);
                return ReadText(Escaping.PlainText(document.Text), document.Title, document.Text);
            }
            catch (PdfLimitException e)
            {
                return Failed(e.IsTimeout ? ErrorCode.Timeout : ErrorCode.TooLarge, e.Message);
            }
            catch (InvalidDataException e)
            {
                return Failed(ErrorCode.Protocol, e.Message);
            }
        }

        ScrapedPage Failed(ErrorCode code, string message) => new(record with { Error = new PageError(code, message) });
    }

    // Of a file that a page shows, such as one on GitHub, the name tells that it is code. Other servers send texts of any kind
    // under any name.
    private static string? FindLanguage(PageTarget target) =>
        target.Source is { } file
        && Path.GetExtension(file.AbsolutePath).TrimStart('.').ToLowerInvariant() is { Length: > 0 } extension
        && extension is not ("md" or "markdown" or "mdx" or "txt" or "rst" or "adoc")
            ? extension
            : null;

    // The deadline is that of one attempt; of a retry, the start is not known.
    private TimeSpan TimeLeft(PageRecord record) =>
        record.Attempts > 1 ? deadline : deadline - (time.GetUtcNow() - record.FetchedAt);

    private PageError Unsupported(ContentKind kind) =>
        new(
            ErrorCode.UnsupportedType,
            $"The content is {Name(kind)}; the crawl stores only {string.Join(", ", types.Select(Name))}."
        );

    private static string Name(ContentKind kind) => kind.ToString().ToLowerInvariant();
}
