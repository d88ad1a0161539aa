using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>Each row by itself over the pipe, and after it a browser that works.</summary>
public sealed class PipeRowTests : GauntletTest
{
    public static TheoryData<string> Short => Names(isLong: false);

    public static TheoryData<string> Long => Names(isLong: true);

    [Theory]
    [MemberData(nameof(Short))]
    public Task Row_OverThePipe_LeavesNothing(string name) => RunWithNextAsync(name);

    [Theory]
    [Trait("Run", "long")]
    [MemberData(nameof(Long))]
    public Task LongRow_OverThePipe_LeavesNothing(string name) => RunWithNextAsync(name);

    private static TheoryData<string> Names(bool isLong) =>
        [.. Catalogue.With(BrowserEngine.Pipe).Where(r => r.IsLong == isLong).Select(r => r.Name)];

    private static async Task RunWithNextAsync(string name)
    {
        await RunAsync(Catalogue.Find(name), BrowserEngine.Pipe);
        await RunAsync(Plain, BrowserEngine.Pipe);
    }
}

/// <summary>Each row by itself by way of Playwright, and after it a browser that works.</summary>
public sealed class PlaywrightRowTests : GauntletTest
{
    /// <summary>What Playwright adds: a driver that may be lost, and a way of its own to start, close and open.</summary>
    private static readonly string[] Sample = ["T5 driver killed", "T10 answers too late"];

    public static TheoryData<string> Short => [.. Sample];

    public static TheoryData<string> Others =>
        [.. Catalogue.With(BrowserEngine.Playwright).Select(r => r.Name).Except(Sample)];

    protected override BrowserEngine[] Engines => [BrowserEngine.Playwright];

    [Theory]
    [MemberData(nameof(Short))]
    public Task Row_ByWayOfPlaywright_LeavesNothing(string name) => RunWithNextAsync(name);

    [Theory]
    [Trait("Run", "long")]
    [MemberData(nameof(Others))]
    public Task OtherRow_ByWayOfPlaywright_LeavesNothing(string name) => RunWithNextAsync(name);

    private static async Task RunWithNextAsync(string name)
    {
        await RunAsync(Catalogue.Find(name), BrowserEngine.Playwright);
        await RunAsync(Plain, BrowserEngine.Playwright);
    }
}
