using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Limits;

/// <summary>The program stays within its memory budget while eight oversized responses arrive at once.</summary>
public sealed class LimitTests : EndToEndTest
{
    private const int Healthy = 24;
    private const long MiB = 1024 * 1024;
    private const long Budget = 512 * MiB;

    [Fact]
    public async Task Crawl_HostileBodiesEightAtOnce_AllHaveARecordWithin512Mb()
    {
        var peak = await CrawlAsync("never", HostileBodies.Paths.Select(p => (p.Path, p.OverHttp)), []);
        Assert.InRange(peak, 30 * MiB, Budget);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_HostileBodiesEightAtOnceRendered_AllHaveARecordWithin512Mb()
    {
        NeedsChromium();
        var peak = await CrawlAsync(
            "always",
            HostileBodies.Paths.Select(p => (p.Path, p.Rendered)),
            // Before an oversized page is detected, it may exceed the memory limit of its renderer or, on a busy machine, its
            // deadline.
            [ErrorCode.RendererCrashed, ErrorCode.Memory, ErrorCode.Timeout]
        );
        Assert.InRange(peak, 100 * MiB, Budget);
    }

    private async Task<long> CrawlAsync(
        string render,
        IEnumerable<(string Path, ErrorCode? Code)> hostile,
        ErrorCode[] insteadOfTooLarge
    )
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "Memory is read from /proc.");
        await using var site = await HostileBodies.StartAsync();
        var expected = hostile.ToDictionary(p => site.Url + p.Path, p => p.Code, StringComparer.Ordinal);
        for (var i = 0; i < Healthy; i++)
            expected.Add($"{site.Url}page/{i}", null);
        // Mixes healthy and hostile pages in the same order every time.
        string[] urls = [.. expected.Keys];
        new Random(5).Shuffle(urls);

        string[] options = ["--mode", "batch", "--render", render, "--concurrency", "8", "--memory", "512"];
        var crawl = Place.Start([.. options, "--allow-private", "--out", "out", .. urls]);
        await using var memory = new TreeMemory(crawl.Id);
        var exit = await crawl.ExitAsync();

        TestContext.Current.TestOutputHelper!.WriteLine($"peak {memory.PeakBytes / MiB} MB: {memory.PeakDetail}");
        exit.Expect(3);
        var pages = Read("out").Pages;
        Assert.Equal(
            expected.Keys.Order(StringComparer.Ordinal),
            pages.Select(p => p.Url).Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        Assert.All(
            pages,
            p =>
                Assert.True(
                    p.Error?.Code == expected[p.Url]
                        || (
                            expected[p.Url] is ErrorCode.TooLarge
                            && p.Error is { } error
                            && insteadOfTooLarge.Contains(error.Code)
                        ),
                    $"{p.Url} ended with {p.Error}, not {expected[p.Url]}"
                )
        );
        return memory.PeakBytes;
    }
}
