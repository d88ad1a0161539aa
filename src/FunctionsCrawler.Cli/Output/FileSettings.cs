using System.Text.Json.Serialization;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Output;

/// <summary>What the Markdown files of a crawl hold. A resumed crawl writes them again, so it may change.</summary>
internal sealed record FileSettings
{
    /// <summary>The files of output folders whose manifest does not say.</summary>
    public static FileSettings Former { get; } = new() { Content = PageContent.Full, FrontMatter = false };

    /// <summary>Which part of a page its file holds.</summary>
    public PageContent Content { get; set; } = PageContent.Main;

    /// <summary>Whether a file begins with YAML front matter.</summary>
    public bool FrontMatter { get; set; } = true;

    /// <summary>Whether links between saved pages lead to their files.</summary>
    public bool RelativeLinks { get; set; }

    /// <summary>The Markdown of a page's file; null if it gets none, as an error page does not.</summary>
    public string? ContentOf(PageRecord record)
    {
        if (record.Error is not null)
            return null;
        return Content == PageContent.Main && !string.IsNullOrWhiteSpace(record.MainMarkdown)
            ? record.MainMarkdown
            : record.Markdown ?? record.MainMarkdown;
    }
}

/// <summary>A part of a page.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PageContent>))]
internal enum PageContent
{
    /// <summary>The main content; the whole page where the main content is unknown.</summary>
    Main,

    /// <summary>The whole page.</summary>
    Full,
}
