using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>Runs each row alone with the pipe engine, then checks that the next browser works.</summary>
public sealed class PipeRowTests : GauntletTest
{
    public static TheoryData<string> Short => Names(isLong: false);

    public static TheoryData<string> Long => Names(isLong: true);

    [Theory]
    [MemberData(nameof(Short))]
    public Task Row_WithPipe_LeavesNothing(string name) => RunWithNextAsync(name);

    [Theory]
    [Trait("Run", "long")]
    [MemberData(nameof(Long))]
    public Task LongRow_WithPipe_LeavesNothing(string name) => RunWithNextAsync(name);

    private static TheoryData<string> Names(bool isLong) =>
        [.. Catalogue.With(BrowserEngine.Pipe).Where(r => r.IsLong == isLong).Select(r => r.Name)];

    private static async Task RunWithNextAsync(string name)
    {
        await RunAsync(Catalogue.Find(name), BrowserEngine.Pipe);
        await RunAsync(Plain, BrowserEngine.Pipe);
    }
}

/// <summary>Runs each row alone with Playwright, then checks that the next browser works.</summary>
public sealed class PlaywrightRowTests : GauntletTest
{
    /// <summary>Rows specific to Playwright: losing its driver, and its own way to launch browsers.</summary>
    private static readonly string[] Sample = ["T5 driver killed", "T10 answers too late"];

    public static TheoryData<string> Short => [.. Sample];

    public static TheoryData<string> Others =>
        [.. Catalogue.With(BrowserEngine.Playwright).Select(r => r.Name).Except(Sample)];

    private protected override BrowserEngine[] Engines => [BrowserEngine.Playwright];

    [Theory]
    [MemberData(nameof(Short))]
    public Task Row_WithPlaywright_LeavesNothing(string name) => RunWithNextAsync(name);

    [Theory]
    [Trait("Run", "long")]
    [MemberData(nameof(Others))]
    public Task OtherRow_WithPlaywright_LeavesNothing(string name) => RunWithNextAsync(name);

    private static async Task RunWithNextAsync(string name)
    {
        await RunAsync(Catalogue.Find(name), BrowserEngine.Playwright);
        await RunAsync(Plain, BrowserEngine.Playwright);
    }
}
