using FunctionsCrawler.Core.Tests.Extraction;
using SmartReader;

namespace FunctionsCrawler.Core.Tests.Corpus;

/// <summary>SmartReader, the .NET port of Mozilla's Readability, with its default options: the figures to beat.</summary>
internal static class SmartReaderBaseline
{
    /// <summary>
    /// Returns what SmartReader found, with and without the title, which it hands out separately and may remove from the
    /// content. Empty lists if it found no article.
    /// </summary>
    public static IEnumerable<IReadOnlyList<string>> Words(string html)
    {
        using var reader = new Reader(RoundTrip.PageUrl.AbsoluteUri, html);
        var article = reader.GetArticle();
        foreach (var heading in (string[])["", $"<h1>{article.Title}</h1>"])
            yield return article.Content is null ? [] : RoundTrip.WordsOfPage($"<body>{heading}{article.Content}");
    }
}
