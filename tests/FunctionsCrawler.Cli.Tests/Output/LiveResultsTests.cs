using System.Text.Json.Nodes;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Cli.Tests.Output;

/// <summary>pages.ndjson and markdown/ grow with the committed chunks; at the end the exporter replaces them.</summary>
public sealed class LiveResultsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("live-").FullName;
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Out => Path.Combine(_root, "out");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Records_OfCommittedChunks_AppearWhileTheCrawlRuns()
    {
        using var folder = await CreateAsync();
        await PlanAsync(folder, chunks: 3);
        await using var live = LiveResults.Start(folder, _time);
        await UntilAsync(() => File.Exists(folder.At("pages.ndjson")));
        Assert.Empty(Urls());

        await CommitAsync(folder, 0, "http://a.example/", "http://a.example/b");
        await UntilAsync(() => Urls().Length == 2);
        // Chunk 2 waits for chunk 1, so that readers always see the final order.
        await CommitAsync(folder, 2, "http://a.example/d");
        await TickAsync();
        Assert.Equal(2, Urls().Length);
        await CommitAsync(folder, 1, "http://a.example/c");
        await UntilAsync(() => Urls().Length == 4);

        Assert.Equal(["http://a.example/", "http://a.example/b", "http://a.example/c", "http://a.example/d"], Urls());
        Assert.All(
            Lines(),
            line => Assert.Equal($"# {line["url"]}", File.ReadAllText(folder.At((string)line["file"]!)))
        );
    }

    [Fact]
    public async Task Results_ResumedCrawl_StartWithTheCommittedRecords()
    {
        using var folder = await CreateAsync();
        await PlanAsync(folder, chunks: 2);
        await CommitAsync(folder, 0, "http://a.example/");
        await File.WriteAllTextAsync(folder.At("pages.ndjson"), "{\"url\":\"http://a.example/\"}\n{\"url\":\"cut o");

        await using var live = LiveResults.Start(folder, _time);
        await UntilAsync(() => Lines() is [var line] && line["file"] is not null);
        await CommitAsync(folder, 1, "http://a.example/b");
        await UntilAsync(() => Urls().Length == 2);
    }

    [Fact]
    public async Task Results_AtTheEnd_AreReplacedByTheExporters()
    {
        using var folder = await CreateAsync();
        await PlanAsync(folder, chunks: 1);
        Assert.Empty(Urls());
        await using (LiveResults.Start(folder, _time))
        {
            await CommitAsync(folder, 0, "http://a.example/", "http://a.example/same");
            await UntilAsync(() => Urls().Length == 2);
        }
        var duplicates = """{"http://a.example/same":"http://a.example/"}"""u8.ToArray();
        await folder.Crawl.Store.PutAsync(folder.Crawl.Layout.Duplicates, duplicates, PutCondition.None, Cancellation);
        var summary = await CrawlSummaries.ComputeAsync(folder.Crawl, CrawlState.Completed, _time, Cancellation);

        await Exporter.WriteAsync(folder, summary);

        Assert.Equal("http://a.example/", (string?)Lines()[1]["duplicateOf"]);
        Assert.Equal("markdown/a.example/same.md", (string?)Lines()[1]["file"]);
        Assert.Equal(
            ["blobs", "markdown", "pages.ndjson", "summary.json"],
            Directory
                .EnumerateFileSystemEntries(Out)
                .Select(e => Path.GetFileName(e)!)
                .Where(e => e is not (".lock" or "crawl.json"))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Files_AtTheEnd_HaveTheContentAndLinksAskedFor()
    {
        using var folder = await CreateAsync(new FileSettings { RelativeLinks = true });
        await PlanAsync(folder, chunks: 1);
        var main = Record("http://a.example/") with
        {
            MainMarkdown = "[next](http://a.example/b#x) [out](http://b.example/)\n",
        };
        var full = Record("http://a.example/b") with { Markdown = "[back](http://a.example/)\n", MainMarkdown = " " };
        await CommitAsync(folder, 0, main, full);
        var summary = await CrawlSummaries.ComputeAsync(folder.Crawl, CrawlState.Completed, _time, Cancellation);

        await Exporter.WriteAsync(folder, summary);

        Assert.Equal("[next](b.md#x) [out](http://b.example/)\n", Body("index"));
        Assert.Equal("[back](index.md)\n", Body("b"));

        // A resumed crawl writes the files again, and may change what they hold.
        folder.Change(new FileSettings { Content = PageContent.Full, FrontMatter = false });
        await Exporter.WriteAsync(folder, summary);
        Assert.Equal("# http://a.example/", File.ReadAllText(folder.At("markdown/a.example/index.md")));
        folder.Dispose();
        using var reopened = await OutputFolder.OpenAsync(Out);
        Assert.Equal(new FileSettings { Content = PageContent.Full, FrontMatter = false }, reopened.Files);

        string Body(string page)
        {
            var text = File.ReadAllText(folder.At($"markdown/a.example/{page}.md"));
            Assert.StartsWith("---\nurl: \"http://a.example/", text, StringComparison.Ordinal);
            return text[(text.IndexOf("\n---\n\n", StringComparison.Ordinal) + 6)..];
        }
    }

    [Fact]
    public async Task Files_AtTheEnd_HaveLinksByTheUrlPolicyOfTheCrawl()
    {
        var request = new CrawlRequest
        {
            Urls = ["http://a.example/"],
            UrlPolicy = new UrlPolicy { TrailingSlash = TrailingSlash.Remove },
        };
        var files = new FileSettings { FrontMatter = false, RelativeLinks = true };
        using var folder = await OutputFolder.CreateAsync(Out, request, new CrawlSettings(), files);
        await PlanAsync(folder, chunks: 1);
        var start = Record("http://a.example/") with
        {
            Markdown = "[b](http://a.example/b/) [route](http://a.example/b/#/guide)\n",
        };
        await CommitAsync(folder, 0, start, Record("http://a.example/b"), Record("http://a.example/b#/guide"));
        var summary = await CrawlSummaries.ComputeAsync(folder.Crawl, CrawlState.Completed, _time, Cancellation);

        await Exporter.WriteAsync(folder, summary);

        Assert.Equal("[b](b.md) [route](b~2.md)\n", File.ReadAllText(folder.At("markdown/a.example/index.md")));
    }

    [Fact]
    public async Task Files_OfAFormerFolder_StayWithoutFrontMatter()
    {
        (await CreateAsync(new FileSettings())).Dispose();
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "crawl.json")))!.AsObject();
        manifest.Remove("files");
        File.WriteAllText(Path.Combine(Out, "crawl.json"), manifest.ToJsonString());

        using var folder = await OutputFolder.OpenAsync(Out);

        Assert.Equal(FileSettings.Former, folder.Files);
    }

    [Fact]
    public void Line_RecordWithoutText_HasNoFile()
    {
        var record = Record("http://a.example/") with { Markdown = null, Cursor = "0.0.0" };

        var line = JsonNode.Parse(ResultFiles.Line(record, null))!.AsObject();

        Assert.False(line.ContainsKey("file"));
        Assert.False(line.ContainsKey("cursor"));
    }

    [Fact]
    public void Line_WithAnyPath_IsJson()
    {
        var line = JsonNode.Parse(ResultFiles.Line(Record("http://a.example/"), "a.example/é\"~1.md"))!;

        Assert.Equal("markdown/a.example/é\"~1.md", (string?)line["file"]);
    }

    private Task<OutputFolder> CreateAsync() => CreateAsync(new FileSettings { FrontMatter = false });

    private Task<OutputFolder> CreateAsync(FileSettings files) =>
        OutputFolder.CreateAsync(Out, new CrawlRequest { Urls = ["http://a.example/"] }, new CrawlSettings(), files);

    private static async Task PlanAsync(OutputFolder folder, int chunks)
    {
        var plan = $$"""
            {"v":1,"depth":0,"laneChunks":[{{chunks}}],"planned":{{chunks}},"waiting":0,"inputs":"crawls/x/","segments":[],
            "roots":[],"pages":{},"outOfScope":0,"tooDeep":0,"duplicates":0}
            """;
        var bytes = System.Text.Encoding.UTF8.GetBytes(plan);
        await folder.Crawl.Store.PutAsync(folder.Crawl.Layout.Plan(0), bytes, PutCondition.IfAbsent, Cancellation);
    }

    private static Task<ChunkHeader> CommitAsync(OutputFolder folder, int chunk, params string[] urls) =>
        CommitAsync(folder, chunk, [.. urls.Select(Record)]);

    private static Task<ChunkHeader> CommitAsync(OutputFolder folder, int chunk, params PageRecord[] records)
    {
        var header = new ChunkHeader
        {
            Pages = PageCounts.Of(records),
            Entries = [.. records.Select(r => new ChunkEntry(r.Url, null, null))],
        };
        return folder.Crawl.CommitChunkAsync(0, chunk, header, records, Cancellation);
    }

    private static PageRecord Record(string url) => new() { Url = url, Markdown = $"# {url}" };

    private JsonObject[] Lines()
    {
        var path = Path.Combine(Out, "pages.ndjson");
        // LiveResults creates the file in the background, after its first pass over the committed chunks.
        if (!File.Exists(path))
            return [];
        const FileShare shared = FileShare.ReadWrite | FileShare.Delete;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, shared);
        var text = new StreamReader(file).ReadToEnd();
        // The last line may be incomplete.
        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonNode.Parse(l)!.AsObject()),
        ];
    }

    private string[] Urls() => [.. Lines().Select(l => (string)l["url"]!)];

    private async Task TickAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); !condition(); await TickAsync())
            Assert.True(since.Elapsed < Patience, $"The condition was not met within {Patience}.");
    }
}
