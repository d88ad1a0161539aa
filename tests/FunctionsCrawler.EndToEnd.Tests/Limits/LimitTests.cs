using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.EndToEnd.Tests.Limits;

/// <summary>The program holds its memory while everything it asks for is too much, eight at once.</summary>
public sealed class LimitTests : EndToEndTest
{
    private const int Healthy = 24;
    private const long Budget = 512L * 1024 * 1024;

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    public async Task Crawl_HostileBodiesEightAtOnce_AllHaveTheirRecordWithin512Mb(string render)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is read from /proc.");
        if (render is not "never")
            NeedsChromium();
        await using var site = await HostileBodies.StartAsync();
        var expected = HostileBodies.Paths.ToDictionary(
            p => site.Url + p.Path,
            p => render is "never" ? p.OverHttp : p.Rendered,
            StringComparer.Ordinal
        );
        for (var i = 0; i < Healthy; i++)
            expected.Add($"{site.Url}page/{i}", null);
        // The same each time, and the healthy among the hostile.
        string[] urls = [.. expected.Keys];
        new Random(5).Shuffle(urls);

        await using var memory = new TreeMemory(Place);
        var exit = await RunAsync([
            "--mode",
            "batch",
            "--render",
            render,
            "--concurrency",
            "8",
            "--memory",
            "512",
            "--allow-private",
            "--out",
            "out",
            .. urls,
        ]);

        TestContext.Current.TestOutputHelper!.WriteLine($"peak {memory.PeakBytes >> 20} MB: {memory.PeakDetail}");
        exit.Expect(3);
        var output = Read("out");
        Assert.Equal(
            expected.Keys.Order(StringComparer.Ordinal),
            output.Pages.Select(p => p.Url).Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        // A text of many megabytes may take more than the budget before it is as long as a document may be.
        Assert.All(
            output.Pages,
            p =>
                Assert.True(
                    p.Error?.Code == expected[p.Url]
                        || (
                            render is "always"
                            && expected[p.Url] is ErrorCode.TooLarge
                            && p.Error?.Code is ErrorCode.Memory
                        ),
                    $"{p.Url} ended as {p.Error}, not as {expected[p.Url]}"
                )
        );
        Assert.InRange(memory.PeakBytes, 30L * 1024 * 1024, Budget);
    }
}
