using System.Text.Json;
using FunctionsCrawler.Cli.Cost;
using FunctionsCrawler.Cli.Tests.Commands;

namespace FunctionsCrawler.Cli.Tests.Cost;

[Collection(ProgramRun.Name)]
public sealed class CostTests : IDisposable
{
    private const string Summary = """
        {"id":"c1","mode":"recursive","state":"completed","startedAt":"2026-11-29T00:00:00+00:00",
        "endedAt":"2026-11-29T00:20:00+00:00","pages":{"succeeded":990,"failed":10,
        "skipped":{"robots":0,"scope":0,"binary":0,"duplicate":0,"limit":0},"pending":0},
        "pagesPerSecond":2,"renderedShare":1,"bytes":400000000,"errors":[],
        "browsers":{"launches":20,"peakMemoryMb":300,"launchMsP50":100,"disposeMsP50":50,"disposeMsP99":90,"killed":0,"residue":0}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("cost-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Cost_Summary_QuantitiesFollowFromTheFormula()
    {
        var (code, text, error) = await RunAsync(Summary, "--json");

        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(text);
        var rows = json
            .RootElement.GetProperty("rows")
            .EnumerateArray()
            .ToDictionary(
                r => r.GetProperty("name").GetString()!,
                r => (r.GetProperty("quantity").GetDouble(), r.GetProperty("usd").GetDouble()),
                StringComparer.Ordinal
            );
        // 1,000 pages at 2 pages per second; 40 chunks of 25 pages; 6 waves; a quarter of the content is stored.
        Near((500, 0.012), rows["vCPU-seconds"]);
        Near((1000, 0.003), rows["GiB-seconds"]);
        Near((48, 0), rows["activity executions"]);
        Near((116, 0.00058), rows["blob writes"]);
        Near((1000, 0.0004), rows["blob reads"]);
        Near((960, 0.000384), rows["queue and table transactions"]);
        Near((0.1, 0.00184), rows["GB-months stored"]);
        Near((0.101, 0.008787), rows["GB of egress"]);
        var usd = json.RootElement.GetProperty("usd").GetDouble();
        Assert.Equal(rows.Values.Sum(r => r.Item2), usd, 1e-9);
        Assert.Equal(usd, json.RootElement.GetProperty("usdPer1000Pages").GetDouble(), 1e-9);
        Assert.Equal(CostAssumptions.PricesOf, json.RootElement.GetProperty("pricesOf").GetString());
    }

    [Fact]
    public async Task Cost_MorePagesAndOtherPrices_AreUsedAndShown()
    {
        var (code, text, _) = await RunAsync(
            Summary,
            "--pages",
            "1000000",
            "--assume",
            "priceVcpuSecond=1",
            "--assume",
            "vcpu=2"
        );

        Assert.Equal(0, code);
        Assert.Contains("c1: 1,000,000 pages, 40,000 chunks, 20 waves", text, StringComparison.Ordinal);
        Assert.Contains("1,000,000.0000", text, StringComparison.Ordinal);
        Assert.Contains("estimates", text, StringComparison.Ordinal);
        Assert.All(CostAssumptions.All, a => Assert.Contains($"  {a.Name} ", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Summary, "--assume has 'wcpu=2'", "--assume", "wcpu=2")]
    [InlineData(Summary, "--assume vcpu is 'two'", "--assume", "vcpu=two")]
    [InlineData(Summary, "--assume vcpu is '-1'", "--assume", "vcpu=-1")]
    [InlineData(Summary, "--assume chunkPages is '0'", "--assume", "chunkPages=0")]
    [InlineData(Summary, "--pages is '0'", "--pages", "0")]
    [InlineData("{}", "is not a summary of a crawl")]
    [InlineData("no JSON", "is not a summary of a crawl")]
    public async Task Cost_BadInput_SaysWhatIsWrong(string summary, string expected, params string[] options)
    {
        var (code, text, error) = await RunAsync(summary, options);

        Assert.Equal((2, ""), (code, text));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cost_NoCrawl_SaysWhatIsMissing()
    {
        Assert.Contains("crawl.json", (await ProgramRun.RunAsync("cost", _folder)).Error, StringComparison.Ordinal);
        Assert.Contains(
            "does not exist",
            (await ProgramRun.RunAsync("cost", Path.Combine(_folder, "none.json"))).Error,
            StringComparison.Ordinal
        );
        var (code, _, error) = await RunAsync(
            Summary.Replace("\"pagesPerSecond\":2", "\"pagesPerSecond\":0", StringComparison.Ordinal)
        );
        Assert.Equal(2, code);
        Assert.Contains("no duration", error, StringComparison.Ordinal);
    }

    private static void Near((double, double) expected, (double, double) actual)
    {
        Assert.Equal(expected.Item1, actual.Item1, 1e-9);
        Assert.Equal(expected.Item2, actual.Item2, 1e-9);
    }

    private async Task<(int Code, string Out, string Error)> RunAsync(string summary, params string[] options)
    {
        var path = Path.Combine(_folder, "summary.json");
        await File.WriteAllTextAsync(path, summary, TestContext.Current.CancellationToken);
        return await ProgramRun.RunAsync(["cost", path, .. options]);
    }
}
