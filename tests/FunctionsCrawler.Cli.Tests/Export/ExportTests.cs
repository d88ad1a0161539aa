using System.Text;
using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Cli.Tests.Commands;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Urls;
using Microsoft.Data.Sqlite;

namespace FunctionsCrawler.Cli.Tests.Export;

[Collection(ProgramRun.Name)]
public sealed class ExportTests : IAsyncLifetime
{
    private static readonly PageRecord[] Records =
    [
        new()
        {
            Url = "https://a.example/",
            FinalUrl = "https://a.example/",
            Status = 200,
            Title = "=1+1, \"quoted\"",
            Markdown = "# Main\n\nMenu\n",
            MainMarkdown = "# Main\n\nSome text about crawling.\n",
            Links = [new PageLink("https://a.example/b", "b", true), new PageLink("https://b.example/", "out", false)],
            FetchedAt = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero),
        },
        new()
        {
            Url = "https://a.example/b",
            Title = "line\nbreak",
            Author = "A",
            Unchanged = false,
            Warnings = [new PageWarning(PageWarningCode.NoMainContent, "none")],
            Markdown = $"## Part\n\n{string.Join(' ', Enumerable.Repeat("word", 60))}\n",
        },
        new() { Url = "https://a.example/c", Error = new PageError(ErrorCode.Timeout, "too slow") },
    ];

    private readonly string _root = Directory.CreateTempSubdirectory("export-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root, "out");

    public async ValueTask InitializeAsync()
    {
        using var folder = await OutputFolder.CreateAsync(Folder, Request, new CrawlSettings());
        await CommitAsync(folder.Crawl);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static CrawlRequest Request => new() { Urls = ["https://a.example/"] };

    [Theory]
    [InlineData("jsonl")]
    [InlineData("ndjson")]
    public async Task Lines_OfAFolder_AreTheRecords(string format)
    {
        var lines = (await ExportAsync("--format", format)).TrimEnd('\n').Split('\n');

        Assert.Equal(
            Records.Select(r => r.Url),
            lines.Select(l => JsonSerializer.Deserialize(l, CrawlJson.Default.PageRecord)!.Url)
        );
    }

    [Fact]
    public async Task Chunks_OfAFolder_HaveTheTextOfThePages()
    {
        var chunks = (await ExportAsync("--chunks", "200"))
            .TrimEnd('\n')
            .Split('\n')
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToList();

        Assert.Equal(
            [Records[0].MainMarkdown!, Records[1].Markdown!],
            chunks
                .GroupBy(c => c.GetProperty("url").GetString())
                .Select(page => string.Concat(page.Select(c => c.GetProperty("text").GetString())))
        );
        Assert.Equal([0, 0, 1], chunks.Select(c => c.GetProperty("index").GetInt32()));
        Assert.All(
            chunks,
            c => Assert.Equal(SourceNames.IdOf("https://a.example/"), c.GetProperty("sourceId").GetString())
        );
        Assert.Equal(["Main", "Part", "Part"], chunks.Select(c => c.GetProperty("headingPath")[0].GetString()));
        Assert.Equal(["main", "part", "part"], chunks.Select(c => c.GetProperty("anchor").GetString()));
        Assert.All(chunks, c => Assert.InRange(c.GetProperty("tokens").GetInt32(), 1, 50));
    }

    [Fact]
    public async Task Csv_OfAFolder_IsRfc4180AndHasNoFormulas()
    {
        var csv = await ExportAsync("--format", "csv", "--content", "full");

        Assert.StartsWith(
            "url,finalUrl,status,depth,parentUrl,duplicateOf,contentType,title,description,language,contentHash,renderedBy,"
                + "fetchedAt,durationMs,bytes,attempts,links,errorCode,errorMessage,text,author,published,modified,lastMod,"
                + "unchanged,nearDuplicateOf,warnings\r\n"
                + "https://a.example/,https://a.example/,200,0,,,,\"'=1+1, \"\"quoted\"\"\",,,,,2026-11-28T12:00:00.000Z,0,0,0,2,,,\"# Main\n\nMenu\n\",,,,,,,\r\n",
            csv,
            StringComparison.Ordinal
        );
        Assert.EndsWith(",timeout,too slow,,,,,,,,\r\n", csv, StringComparison.Ordinal);
        Assert.Contains(
            ",\"=1+1, \"\"quoted\"\"\",",
            await ExportAsync("--format", "csv", "--keep-formulas"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("=a", true)]
    [InlineData("+a", true)]
    [InlineData("-a", true)]
    [InlineData("@a", true)]
    [InlineData("  =a", true)]
    [InlineData("＝a", true)]
    [InlineData("\ta", true)]
    [InlineData("a=b", false)]
    [InlineData("# a", false)]
    public async Task Csv_TextLikeAFormula_GetsAnApostrophe(string title, bool isFormula)
    {
        var stream = new MemoryStream();
        await using var csv = new Cli.Export.CsvRecords(stream, new FileSettings(), keepFormulas: false);
        await csv.AddAsync(new PageRecord { Url = "https://a.example/", Title = title });
        await csv.CompleteAsync();

        Assert.Equal(
            isFormula,
            Encoding.UTF8.GetString(stream.ToArray()).Contains("'" + title, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Sqlite_OfAFolder_HasPagesLinksAndSearch()
    {
        var file = Path.Combine(_root, "pages.sqlite");
        await RunAsync("export", Folder, "--format", "sqlite", "-o", file);

        await using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        await database.OpenAsync(Cancellation);
        Assert.Equal(
            [
                "https://a.example/|=1+1, \"quoted\"|200|",
                "https://a.example/b|line\nbreak||",
                "https://a.example/c|||timeout",
            ],
            Query("SELECT url, title, status, errorCode FROM pages ORDER BY id")
        );
        Assert.Equal(
            ["1|https://a.example/b|b|1", "1|https://b.example/|out|0"],
            Query("SELECT page, url, text, internal FROM links")
        );
        Assert.Equal(
            ["https://a.example/"],
            Query("SELECT url FROM search JOIN pages ON pages.id = search.rowid WHERE search MATCH 'crawling'")
        );
        Assert.Equal(
            ["A|0|integer|no_main_content"],
            Query("SELECT author, unchanged, typeof(unchanged), warnings FROM pages WHERE warnings IS NOT NULL")
        );
        Assert.Equal([SourceNames.IdOf("https://a.example/")], Query("SELECT sourceId FROM crawl"));
        Assert.Equal(["ok"], Query("PRAGMA integrity_check"));

        List<string> Query(string sql)
        {
            using var command = database.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetValue(i)}")));
            return rows;
        }
    }

    [Fact]
    public async Task Export_FolderInUse_ReadsWhatIsCommitted()
    {
        using var folder = await OutputFolder.OpenAsync(Folder);

        var (_, _, error) = await RunAsync("export", Folder, "-o", Path.Combine(_root, "x.jsonl"));

        Assert.Contains("exported 3 records to", error, StringComparison.Ordinal);
        Assert.Contains("the crawl has not ended", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_StorageFolder_NeedsAnIdIfItHasSeveralCrawls()
    {
        var storage = Path.Combine(_root, "storage");
        await AddAsync("one");
        Assert.Equal(3, (await ExportAsync(storage)).Count(c => c == '\n'));
        await AddAsync("two");

        var (code, _, error) = await ProgramRun.RunAsync("export", storage, "-o", Path.Combine(_root, "x"));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("holds 2 crawls; choose one with --id; it holds one, two", error, StringComparison.Ordinal);
        Assert.Equal(3, (await ExportAsync(storage, "--id", "two")).Count(c => c == '\n'));

        async Task AddAsync(string id)
        {
            var crawl = new CrawlBlobs(new FileBlobStore(storage), id);
            await crawl.AcceptAsync(new StoredRequest(Request, TimeProvider.System.GetUtcNow()), Cancellation);
            await new CrawlIndex(crawl.Store).AddAsync(
                new CrawlEntry(id, TimeProvider.System.GetUtcNow()),
                Cancellation
            );
            await CommitAsync(crawl);
        }
    }

    public static TheoryData<string[], string> Refused =>
        new()
        {
            { ["missing/folder"], "there is no folder 'missing/folder', and it is not the id of a crawl" },
            { ["{root}"], "is neither an output folder nor the storage of crawl serve" },
            { ["{out}", "--id", "a"], "--id cannot be used with" },
            { ["{out}", "--format", "csv", "--chunks", "500"], "--chunks cannot be used with --format csv" },
            { ["{out}", "--chunks", "99"], "it must be a whole number from 100 to 1000000" },
            { ["{out}", "--format", "xml"], "it must be one of jsonl, ndjson, csv, sqlite" },
            { ["{out}", "-o", "{root}"], "it must be the name of a file, or - for standard output" },
            { ["{out}", "-o", "{root}/no/x"], "cannot be written" },
            { ["{out}", "--server", "http://127.0.0.1:9"], "--server cannot be used with the folder" },
            { ["--formt", "csv", "x"], "did you mean '--format'?" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Export_WrongCommandLine_IsRefused(string[] arguments, string named)
    {
        var given = arguments.Select(a => a.Replace("{root}", _root).Replace("{out}", Folder));

        var (code, _, error) = await ProgramRun.RunAsync(["export", .. given]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_DamagedRecords_LeavesTheFormerFile()
    {
        var file = Path.Combine(_root, "x.jsonl");
        await File.WriteAllTextAsync(file, "former", Cancellation);
        var plan = Directory.EnumerateFiles(Folder, "plan.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(plan, "{\"v\":99}", Cancellation);

        var (code, _, error) = await ProgramRun.RunAsync("export", Folder, "-o", file);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("the export failed: ", error, StringComparison.Ordinal);
        Assert.Equal("former", await File.ReadAllTextAsync(file, Cancellation));
        Assert.False(File.Exists(file + ".new"));
    }

    private static async Task CommitAsync(CrawlBlobs crawl)
    {
        var plan =
            """{"v":1,"depth":0,"laneChunks":[1],"planned":3,"waiting":0,"inputs":"x/","segments":[],"roots":[],"pages":{},"outOfScope":0,"tooDeep":0,"duplicates":0}"""u8;
        await crawl.Store.PutAsync(crawl.Layout.Plan(0), plan.ToArray(), PutCondition.IfAbsent, Cancellation);
        var header = new ChunkHeader
        {
            Pages = PageCounts.Of(Records),
            Entries = [.. Records.Select(r => new ChunkEntry(r.Url, null, r.Error?.Code))],
        };
        await crawl.CommitChunkAsync(0, 0, header, Records, Cancellation);
    }

    private Task<string> ExportAsync(params string[] options) =>
        options is [['/', ..], ..] ? ExportAsync(options[0], options[1..]) : ExportAsync(Folder, options);

    private async Task<string> ExportAsync(string source, string[] options)
    {
        var file = Path.Combine(_root, "exported");
        await RunAsync(["export", source, .. options, "-o", file]);
        Assert.False(File.Exists(file + ".new"));
        return await File.ReadAllTextAsync(file, Cancellation);
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var run = await ProgramRun.RunAsync(arguments);
        Assert.True(run.Code == ExitCode.Done, run.Error);
        return run;
    }
}
