using System.Diagnostics;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A crawl of a real documentation tree stores exactly the pages that wget reaches, each once.</summary>
[Needs(Need.Docs, Need.Wget)]
public sealed class DocumentationTests : EndToEndTest
{
    private static readonly string[] Trees =
    [
        "/usr/share/doc/python3/html",
        "/usr/share/doc/python3.13/html",
        "/usr/share/doc/python3.11/html",
        "/usr/share/doc/postgresql-doc-17/html",
        "/usr/share/doc/postgresql-doc-15/html",
    ];

    private TestSite _site = null!;

    public override async ValueTask InitializeAsync()
    {
        var tree = Trees.FirstOrDefault(t => File.Exists(Path.Combine(t, "index.html")));
        Requires.Installed(Need.Docs, tree is not null, "Neither python3-doc nor postgresql-doc is installed.");
        _site = await FolderSite.StartAsync(tree);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task WholeTree_NotRendered_StoresWhatWgetReaches()
    {
        var reached = await WgetAsync("", "--no-parent");
        Assert.True(reached.Length > 500, $"wget reached only {reached.Length} pages.");

        var run = await RunAsync([_site.Url, "--render", "never", .. Rest, "--concurrency", "10"]);

        // 3: the tree has links to missing pages.
        Assert.Contains(run.Code, new[] { 0, 3 });
        Assert.Equal(reached, Read("out").StoredPaths);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Subfolder_Rendered_StoresWhatWgetReaches()
    {
        NeedsChromium();
        Requires.Installed(Need.Docs, await ExistsAsync("c-api/index.html"), "The tree has no such folder.");
        var reached = await WgetAsync("c-api/index.html", "--no-parent");
        Assert.True(reached.Length > 50, $"wget reached only {reached.Length} pages.");

        var run = await RunAsync([
            _site.Url + "c-api/index.html",
            "--render",
            "always",
            "--scope",
            "prefix",
            .. Rest,
            "--concurrency",
            "4",
        ]);

        Assert.Contains(run.Code, new[] { 0, 3 });
        var crawl = Read("out");
        Assert.Equal(reached, crawl.StoredPaths);
        Assert.Equal(1, crawl.Summary.RenderedShare);
    }

    private static string[] Rest => ["--allow-private", "--depth", "20", "--max-pages", "5000", "--out", "out"];

    /// <summary>The HTML pages that wget fetched, according to the log of the server.</summary>
    private async Task<string[]> WgetAsync(string path, string option)
    {
        var wget = NeedsCommand("wget", Need.Wget);
        var before = _site.Log.Count;
        var start = new ProcessStartInfo(
            wget,
            ["--recursive", "--level=20", option, "--quiet", "--delete-after", "-e", "robots=off", _site.Url + path]
        )
        {
            WorkingDirectory = Directory.CreateDirectory(Place.At("wget")).FullName,
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        // 8: the server answered some requests with an error.
        Assert.Contains(process.ExitCode, new[] { 0, 8 });
        return
        [
            .. _site
                .Log.Skip(before)
                .Where(a => a.Status == 200 && a.ContentType.StartsWith("text/html", StringComparison.Ordinal))
                .Select(a => a.Path)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private async Task<bool> ExistsAsync(string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(_site.Url + path));
        return answer.IsSuccessStatusCode;
    }
}
