using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>The output folder of a crawl, read as another program would read it.</summary>
internal sealed record CrawlOutput(string Folder, IReadOnlyList<PageRecord> Pages, CrawlSummary Summary)
{
    /// <summary>The pages without an error.</summary>
    public IEnumerable<PageRecord> Stored => Pages.Where(p => p.Error is null);

    /// <summary>The paths and queries of the stored pages, sorted.</summary>
    public string[] StoredPaths => [.. Stored.Select(p => PathOf(p.Url)).Order(StringComparer.Ordinal)];

    /// <summary>Path and query of a URL.</summary>
    public static string PathOf(string url) => new Uri(url).PathAndQuery;

    /// <summary>Reads a folder, and asserts that its files are consistent, however the crawl ended.</summary>
    public static CrawlOutput Read(string folder)
    {
        var pages = File.ReadAllLines(Path.Combine(folder, "pages.ndjson"))
            .Select(line => JsonSerializer.Deserialize(line, CrawlJson.Default.PageRecord)!)
            .ToList();
        var json = File.ReadAllText(Path.Combine(folder, "summary.json"));
        var output = new CrawlOutput(folder, pages, JsonSerializer.Deserialize(json, CrawlJson.Default.CrawlSummary)!);
        output.AssertConsistent();
        return output;
    }

    private void AssertConsistent()
    {
        Assert.Equal(Pages.Count, Pages.Select(p => p.Url).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, Summary.Browsers.Residue);
        Assert.Equal(Stored.Count(), Summary.Pages.Succeeded);
        Assert.Equal(Pages.Count(p => p.Error is { } e && !IsSkip(e.Code)), Summary.Pages.Failed);
        Assert.Equal(Pages.Count(p => p.Error?.Code is ErrorCode.UnsupportedType), Summary.Pages.Skipped.Binary);
        var errors = Pages.Where(p => p.Error is not null).CountBy(p => p.Error!.Code).OrderBy(e => e.Key);
        Assert.Equal(errors, Summary.Errors.Select(e => KeyValuePair.Create(e.Code, e.Count)).OrderBy(e => e.Key));
        // Only sitemaps have no text.
        var texts = Stored.Where(p => p.Markdown is not null).ToList();
        Assert.All(Stored.Except(texts), p => Assert.Contains("sitemap", p.Url, StringComparison.Ordinal));
        Assert.All(texts, p => Assert.False(string.IsNullOrWhiteSpace(p.Markdown), $"{p.Url} has no Markdown"));
        var files = Directory
            .EnumerateFiles(Path.Combine(Folder, "markdown"), "*.md", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .ToList();
        Assert.Equal(
            texts.Select(ContentOf).Order(StringComparer.Ordinal),
            files.Select(BodyOf).Order(StringComparer.Ordinal)
        );
        Assert.All(
            texts,
            p => Assert.Single(files, f => f.Contains($"\nurl: \"{p.Url}\"\n", StringComparison.Ordinal))
        );
    }

    private static string ContentOf(PageRecord page) =>
        string.IsNullOrWhiteSpace(page.MainMarkdown) ? page.Markdown! : page.MainMarkdown;

    // The text below the front matter.
    private static string BodyOf(string file)
    {
        Assert.StartsWith("---\n", file, StringComparison.Ordinal);
        return file[(file.IndexOf("\n---\n\n", StringComparison.Ordinal) + "\n---\n\n".Length)..];
    }

    private static bool IsSkip(ErrorCode code) =>
        code is ErrorCode.Robots or ErrorCode.UnsupportedType or ErrorCode.OutOfScope;
}
