using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>A part of a page record. Parts that were not requested are absent.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PageFormat>))]
public enum PageFormat
{
    /// <summary>The whole page as Markdown: <see cref="PageRecord.Markdown"/>.</summary>
    Markdown,

    /// <summary>The main content as Markdown: <see cref="PageRecord.MainMarkdown"/>.</summary>
    MainMarkdown,

    /// <summary>The HTML as delivered, or as rendered where a browser was used: <see cref="PageRecord.Html"/>.</summary>
    Html,

    /// <summary>The page's links: <see cref="PageRecord.Links"/>.</summary>
    Links,

    /// <summary>
    /// The metadata of the document: <see cref="PageRecord.Metadata"/>, <see cref="PageRecord.Author"/>,
    /// <see cref="PageRecord.Published"/> and <see cref="PageRecord.Modified"/>.
    /// </summary>
    Metadata,

    /// <summary>
    /// A PNG of the whole page, in <see cref="PageRecord.Artifacts"/>: the short form of <see cref="PageOptions.Screenshot"/>
    /// with all defaults. Needs a browser.
    /// </summary>
    Screenshot,

    /// <summary>
    /// The HTML without scripts, styles and event handlers, with absolute URLs: <see cref="PageRecord.CleanedHtml"/>.
    /// </summary>
    CleanedHtml,

    /// <summary>The whole page as plain text: <see cref="PageRecord.Text"/>.</summary>
    Text,

    /// <summary>The page's images: <see cref="PageRecord.Images"/>.</summary>
    Images,

    /// <summary>The page's data tables: <see cref="PageRecord.Tables"/>.</summary>
    Tables,

    /// <summary>The main content as the HTML of <see cref="CleanedHtml"/>: <see cref="PageRecord.MainHtml"/>.</summary>
    MainHtml,
}
