using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Http.Compat;

/// <summary>What readers of single pages take, and how they name what fails.</summary>
internal static class PageKinds
{
    /// <summary>All kinds of content that have text.</summary>
    public static IReadOnlyList<ContentKind> WithText { get; } =
    [ContentKind.Html, ContentKind.Text, ContentKind.Markdown, ContentKind.Json, ContentKind.Feed, ContentKind.Pdf];

    /// <summary>The name of an error, as in records.</summary>
    public static string NameOf(ErrorCode code) =>
        JsonSerializer.SerializeToElement(code, CrawlJson.Default.ErrorCode).GetString()!;
}
