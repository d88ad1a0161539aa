using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Package.Tests;

/// <summary>Both packages, used as a new user would: in an empty folder, with an empty package cache.</summary>
[Needs(Need.Process, Need.Chromium, Need.Feed)]
public sealed class PackageUseTests : IAsyncLifetime
{
    private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static readonly Dictionary<string, string> Pages = new(StringComparer.Ordinal)
    {
        ["/"] = "<title>Start</title><main><h1>Welcome</h1><p>See <a href=/guide>the guide</a>.</p></main>",
        ["/guide"] = "<title>Guide</title><main><p>And <a href=/last>the last page</a>.</p></main>",
        ["/last"] =
            "<title></title><main><p>The end.</p></main><script>document.title = 'Last, set by a script'</script>",
    };

    private readonly PackedPackages _packed;
    private readonly string _root = Directory.CreateTempSubdirectory("fc-use-").FullName;

    public PackageUseTests(PackedPackages packed) => _packed = packed;

    private string Place => Path.Combine(_root, "place");

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Place);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Library_InAFileBasedApp_CrawlsAndScrapes()
    {
        NeedsChromium();
        await using var site = await TestSite.StartAsync(AnswerAsync);
        // Added to the machine's package sources, which provide the dependencies.
        await WriteAsync(
            "nuget.config",
            $"""<configuration><packageSources><add key="packed" value="{_packed.Folder}" /></packageSources></configuration>"""
        );
        var app = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "app.cs.txt"));
        await WriteAsync("app.cs", app.Replace("{version}", _packed.Version, StringComparison.Ordinal));

        var run = await RunAsync("dotnet", "run", "app.cs", site.Url);

        SkipWithoutFeed(run);
        Assert.True(run.Code == 0, run.ToString());
        // Each line: title, length of MainMarkdown (empty if not requested), RenderedBy, and the error if there is one.
        Assert.Collection(
            run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"^Start: \d*, Browser$", line),
            line => Assert.Matches(@"^Guide: \d*, Browser$", line),
            line => Assert.Matches(@"^Last, set by a script: \d*, Browser$", line),
            line => Assert.Matches(@"^Start: \d+, Browser$", line),
            line => Assert.Equal("receipts: 0", line)
        );
        Assert.Contains(
            "# Welcome",
            await File.ReadAllTextAsync(Path.Combine(Place, "main.md")),
            StringComparison.Ordinal
        );
        Assert.Equal(PngSignature, (await File.ReadAllBytesAsync(Path.Combine(Place, "page.png")))[..8]);
        var summary = Directory
            .GetFiles(Path.Combine(Place, "out"), "summary.json", SearchOption.AllDirectories)
            .Single();
        AssertClean(summary, succeeded: 3);
    }

    [Fact]
    public async Task Tool_Installed_RunsTheDemo()
    {
        NeedsChromium();
        // The tool's package is self-contained, so no other source is needed.
        var install = await RunAsync(
            "dotnet",
            "tool",
            "install",
            "FunctionsCrawler.Tool",
            "--version",
            _packed.Version,
            "--tool-path",
            "tools",
            "--source",
            _packed.Folder
        );
        Assert.True(install.Code == 0, install.ToString());

        var demo = await RunAsync(Path.Combine(Place, "tools", "crawl"), "demo");

        Assert.True(demo.Code == 0, demo.ToString());
        var crawl = Directory.GetDirectories(Path.Combine(Place, "crawls")).Single();
        AssertClean(Path.Combine(crawl, "summary.json"), succeeded: null);
    }

    private static void AssertClean(string path, int? succeeded)
    {
        using var summary = JsonDocument.Parse(File.ReadAllBytes(path));
        var browsers = summary.RootElement.GetProperty("browsers");
        Assert.Equal(0, browsers.GetProperty("residue").GetInt32());
        Assert.True(browsers.GetProperty("launches").GetInt32() > 0);
        if (succeeded is not null)
            Assert.Equal(succeeded, summary.RootElement.GetProperty("pages").GetProperty("succeeded").GetInt32());
    }

    private static Task AnswerAsync(HttpContext context)
    {
        if (!Pages.TryGetValue(context.Request.Path, out var page))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync("<!doctype html><html lang=en>" + page);
    }

    private static void NeedsChromium() =>
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");

    // NU1301: a source cannot be reached. NU1101, NU1102, NU1103: no source has the package or the version.
    private static void SkipWithoutFeed(CommandResult run)
    {
        var fault = (run.Out + run.Error)
            .Split('\n')
            .FirstOrDefault(line =>
                new[] { "NU1301", "NU1101", "NU1102", "NU1103" }.Any(code =>
                    line.Contains(code, StringComparison.Ordinal)
                ) && !line.Contains("FunctionsCrawler ", StringComparison.Ordinal)
            );
        Requires.Installed(
            Need.Feed,
            fault is null,
            $"The package feed does not have the dependencies: {fault?.Trim()}."
        );
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(Place, name), text);

    private Task<CommandResult> RunAsync(string file, params string[] arguments) =>
        DotnetCommand.RunAsync(Place, _root, file, arguments);
}
