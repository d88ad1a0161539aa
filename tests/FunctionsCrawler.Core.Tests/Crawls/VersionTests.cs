using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Crawls;

/// <summary>
/// Blobs and payloads with a newer version are rejected with their name and version, and are not retried forever.
/// </summary>
public sealed class VersionTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    public static TheoryData<string> Kinds =>
        ["StoredRequest", "WavePlan", "PlannedChunk", "ChunkHeader", "CrawlSummary"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Blob_NewerVersion_RejectedWithNameAndVersion(string kind)
    {
        await CrawlOnePageAsync();
        var (name, read) = await BlobAsync(kind);
        await read();

        var (newer, known) = kind == "WavePlan" ? (3, "versions 1 to 2") : (2, "version 1");
        await RewriteAsync(name, json => json["v"] = newer);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(read);
        Assert.Equal(
            $"the blob {name} ({kind}) has version {newer}, but this program reads {known}; use the program version that wrote it, or a newer one",
            fault.Message
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Blob_WithoutVersion_ReadAsVersion1(string kind)
    {
        await CrawlOnePageAsync();
        var (name, read) = await BlobAsync(kind);

        await RewriteAsync(name, json => json.Remove("v"));

        await read();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public async Task Blob_InvalidVersion_Rejected(string version)
    {
        await CrawlOnePageAsync();
        await RewriteAsync(Crawl.Layout.Plan(0), json => json["v"] = JsonNode.Parse(version));

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => Crawl.GetPlanAsync(0, Cancellation));

        Assert.Contains($"has version {version}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_NewerVersionWithAnotherShape_RejectedForItsVersion()
    {
        await _store.PutAsync(
            Crawl.Layout.Plan(0),
            "{\"lanes\":{\"v\":1},\"depth\":\"deep\",\"v\":3}"u8.ToArray(),
            PutCondition.None,
            Cancellation
        );

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => Crawl.GetPlanAsync(0, Cancellation));

        Assert.Contains("has version 3", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("request.json")]
    [InlineData("waves/0000/plan.json")]
    [InlineData("waves/0000/00000.ndjson.gz")]
    public async Task Host_OpenCrawlHasANewerBlob_StaysOpenAndIsNotRetriedForever(string blob)
    {
        await CrawlOnePageAsync();
        await _store.DeleteAsync(Crawl.Layout.Summary, Cancellation);
        await _store.DeleteAsync(Crawl.Layout.Plan(1), Cancellation);
        await RewriteAsync(Crawl.Layout.Root + blob, json => json["v"] = 3);
        var before = _store.Names;
        await using var worker = CrawlRig.Worker(_store);
        await using var host = worker.Host(new CrawlerOptions());

        await host.ScheduleAsync(CrawlRig.Id, Cancellation);

        await Eventually.IsTrueAsync(() => host.Load.Running == 0, "the crawl stops");
        Assert.Equal(before, _store.Names);
    }

    [Fact]
    public void Payload_NewerVersion_RejectedWithNameAndVersion()
    {
        var input = JsonSerializer.SerializeToNode(PayloadJson.Write(new CrawlInput("a", 3, new CrawlProgress())))!;
        Assert.Equal(3, PayloadJson.Read<CrawlInput>(JsonSerializer.SerializeToElement(input)).Wave);
        input["v"] = 2;

        var fault = Assert.Throws<InvalidDataException>(() =>
            PayloadJson.Read<CrawlInput>(JsonSerializer.SerializeToElement(input))
        );

        Assert.StartsWith("the payload CrawlInput has version 2, but this program reads version 1", fault.Message);
    }

    [Theory]
    [InlineData("""{"crawlId":"a","wave":2,"chunk":7}""")]
    [InlineData("""{"crawlId":"a","wave":2,"chunk":7,"v":1}""")]
    public void Payload_WithoutVersion_ReadAsVersion1(string json) =>
        Assert.Equal(new CrawlChunkInput("a", 2, 7), PayloadJson.Read<CrawlChunkInput>(JsonElement.Parse(json)));

    [Theory]
    [InlineData(typeof(CrawlInput))]
    [InlineData(typeof(WaveSegmentInput))]
    public void Payload_OfAnOrchestration_HasItsVersion(Type type)
    {
        var json =
            type == typeof(CrawlInput)
                ? PayloadJson.Write(new CrawlInput("a", 0, new CrawlProgress()))
                : PayloadJson.Write(new WaveSegmentInput("a", 0, [1], new LaneSegment(0, 1, 0, 1)));
        Assert.Equal(1, json.GetProperty("v").GetInt32());
    }

    private async Task CrawlOnePageAsync()
    {
        await using var site = await CrawlSite.StartAsync(1);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site));
    }

    private async Task<(string Name, Func<Task> Read)> BlobAsync(string kind)
    {
        var layout = Crawl.Layout;
        var plan = (await Crawl.GetPlanAsync(0, Cancellation))!;
        return kind switch
        {
            "StoredRequest" => (layout.Request, () => Crawl.GetRequestAsync(Cancellation)),
            "WavePlan" => (layout.Plan(0), () => Crawl.GetPlanAsync(0, Cancellation)),
            "PlannedChunk" => (CrawlLayout.Input(plan.Inputs, 0), () => Crawl.GetInputAsync(plan, 0, Cancellation)),
            "ChunkHeader" => (layout.Chunk(0, 0), () => Crawl.FindHeaderAsync(0, 0, Cancellation)),
            "CrawlSummary" => (layout.Summary, () => Crawl.GetSummaryAsync(Cancellation)),
            _ => throw new NotSupportedException(kind),
        };
    }

    /// <summary>Changes the value of a blob, or of the first line of a gzipped blob.</summary>
    private async Task RewriteAsync(string name, Action<JsonObject> change)
    {
        var isLines = name.EndsWith(".gz", StringComparison.Ordinal);
        var lines = isLines
            ? await _store.ReadLinesAsync(name, Cancellation).ToListAsync(Cancellation)
            : [Encoding.UTF8.GetString((await _store.GetAsync(name, Cancellation))!.Value.Span)];
        var nodes = lines.ConvertAll(line => JsonNode.Parse(line)!);
        nodes[0].AsObject().Remove("sum");
        change(nodes[0].AsObject());
        var content = isLines
            ? JsonBlobs.WriteLines(
                write => nodes.ForEach(n => write(n, JsonSerializerOptions.Default.GetTypeInfo(n.GetType()))),
                seal: false
            )
            : Encoding.UTF8.GetBytes(nodes[0].ToJsonString());
        await _store.PutAsync(name, content, PutCondition.None, Cancellation);
    }
}
