using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A batch of 1,000 URLs, of which one in twenty fails in one of ten ways.</summary>
public sealed class BatchTests : EndToEndTest
{
    private const int Urls = 1000;
    private const int Failing = 50;

    private TestSite _site = null!;

    public override async ValueTask InitializeAsync() => _site = await FailingSite.StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Batch_ManyKindsOfFailures_HasOneRecordPerUrlWithItsCode()
    {
        var expected = Expected();
        await File.WriteAllLinesAsync(Place.At("urls"), ["# a comment", "", .. expected.Keys]);

        var run = await RunAsync([.. Options, "--urls", "urls"]);

        run.Expect(3);
        var crawl = Read("out");
        Assert.Equal(Urls, crawl.Pages.Count);
        var actual = crawl.Pages.ToDictionary(p => p.Url, p => p.Error?.Code, StringComparer.Ordinal);
        Assert.All(expected, e => Assert.Equal((e.Key, e.Value), (e.Key, actual[e.Key])));
        Assert.All(crawl.Pages.Where(p => p.Error is not null), p => Assert.NotEmpty(p.Error!.Message));
        Assert.Equal(Urls - Failing, crawl.Summary.Pages.Succeeded);
        // Three attempts for transient errors, one for all others.
        Assert.All(RequestCounts("/status/503/"), n => Assert.Equal(3, n));
        Assert.All(RequestCounts("/status/500/"), n => Assert.Equal(1, n));
        Assert.All(RequestCounts("/page/"), n => Assert.Equal(1, n));
    }

    [Fact]
    public async Task Batch_FromStandardInput_StoresOnlyTheGivenPages()
    {
        var urls = string.Join("\r\n", Enumerable.Range(0, 30).Select(n => $"{_site.Url}page/{n}"));

        var process = Place.Start([.. Options, "--urls", "-"], new Surroundings { Input = urls });

        (await process.ExitAsync()).Expect(0);
        Assert.Equal(30, Read("out").Summary.Pages.Succeeded);
    }

    private static string[] Options =>
        ["--mode", "batch", "--render", "never", "--allow", "127.0.0.1/32", "--concurrency", "20", "--out", "out"];

    private Dictionary<string, ErrorCode?> Expected()
    {
        var failing = Enumerable
            .Range(0, Failing)
            .Select(n => (FailingSite.Kinds[n % FailingSite.Kinds.Count], n))
            .Select(f => KeyValuePair.Create(f.Item1.Url(_site.Url, f.n), (ErrorCode?)f.Item1.Code));
        var succeeding = Enumerable
            .Range(0, Urls - Failing)
            .Select(n => KeyValuePair.Create($"{_site.Url}page/{n}", (ErrorCode?)null));
        return new Dictionary<string, ErrorCode?>(
            failing.Concat(succeeding).OrderBy(p => p.Key[^1]),
            StringComparer.Ordinal
        );
    }

    private IEnumerable<int> RequestCounts(string prefix)
    {
        var counts = _site
            .Log.Where(a => a.Path.StartsWith(prefix, StringComparison.Ordinal))
            .CountBy(a => a.Path)
            .ToList();
        Assert.NotEmpty(counts);
        return counts.Select(c => c.Value);
    }
}
