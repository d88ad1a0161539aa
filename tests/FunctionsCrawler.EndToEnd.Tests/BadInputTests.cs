using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Invalid input is refused in one line that names the value and what is allowed; nothing is written to the disk.</summary>
public sealed class BadInputTests : EndToEndTest
{
    private const string Page = "http://127.0.0.1:9/";

    public static TheoryData<string[], string[]> Refused =>
        new()
        {
            { [], ["no URL", "crawl https://"] },
            { ["--bogus", Page], ["--bogus", "--help"] },
            { [Page, "-x"], ["-x", "--help"] },
            { ["http://"], ["\"http://\"", "https://example.com/"] },
            { ["http://exa mple/"], ["\"http://exa mple/\"", "https://example.com/"] },
            { ["http://127.0.0.1:99999/"], ["99999", "https://example.com/"] },
            { ["ftp://127.0.0.1/"], ["\"ftp\"", "http and https"] },
            { ["file:///etc/passwd"], ["\"file\"", "http and https"] },
            { ["docs/page"], ["\"docs/page\"", "http:// or https://"] },
            { [Page, ""], ["\"\"", "http:// or https://"] },
            { ["@urls"], ["\"@urls\"", "http:// or https://"] },
            { [Page, "--depth", "-1"], ["--depth", "'-1'", "0 to 1000"] },
            { [Page, "--depth", "abc"], ["--depth", "'abc'", "0 to 1000"] },
            { [Page, "--depth", "1.5"], ["--depth", "'1.5'", "0 to 1000"] },
            { [Page, "--depth", "99999999999"], ["--depth", "'99999999999'", "0 to 1000"] },
            { [Page, "--depth"], ["--depth", "requires a value", "N"] },
            { [Page, "--depth", "--json"], ["--depth", "'--json'", "0 to 1000"] },
            { [Page, "--depth", "1", "--depth", "2"], ["--depth", "1, 2", "once"] },
            { [Page, "--max-pages", "0"], ["--max-pages", "'0'", "1 to 10000000"] },
            { [Page, "--concurrency", "0"], ["--concurrency", "'0'", "1 to 500"] },
            { [Page, "--mode", "foo"], ["--mode", "'foo'", "auto, batch, recursive"] },
            { [Page, "--mode", "a\nb"], ["--mode", "'a b'", "auto, batch, recursive"] },
            { [Page, "--mode"], ["--mode", "requires a value", "auto|batch|recursive"] },
            { [Page, "--render", "foo"], ["--render", "'foo'", "auto, always, never"] },
            { [Page, "--scope", "foo"], ["--scope", "'foo'", "origin, host, domain, prefix, any"] },
            { [Page, "--include", "[a"], ["\"[a\"", "**"] },
            { [Page, "--exclude", ""], ["\"\"", "1 to 1024"] },
            { [Page, "--include"], ["--include", "requires a value", "PATTERN"] },
            { [Page, "--include", "re:("], ["\"(\"", "not valid"] },
            { [Page, "--exclude", "re:(?=a)"], ["\"(?=a)\"", "not supported"] },
            { [Page, "--sitemap", "foo"], ["--sitemap", "'foo'", "skip, include, only"] },
            { [Page, "--mode", "batch", "--sitemap", "only"], ["sitemap is only", "batch"] },
            { [Page, "--types", "html,word"], ["--types", "'word'", "html, text, markdown, json, feed, pdf"] },
            { [Page, "--types", "pdf,pdf"], ["pdf", "more than once"] },
            { [Page, "--order", "foo"], ["--order", "'foo'", "breadthFirst, depthFirst, bestFirst"] },
            { [Page, "--rank-by", "size"], ["--rank-by", "'size'", "keywords, pathDepth, freshness"] },
            { [Page, "--keyword", " "], ["keyword", "1 to 100"] },
            { [Page, "--trailing-slash", "foo"], ["--trailing-slash", "'foo'", "keep, add, remove"] },
            { ["map", "ftp://127.0.0.1/"], ["\"ftp\"", "http and https"] },
            { ["map", Page, "--most", "0"], ["--most", "'0'", "1 to 100000"] },
            { ["map", Page, "--include", "x"], ["\"x\"", "**"] },
            { ["map"], ["<url>", "crawl map --help"] },
            { [Page, "--allow", "300.1.1.1/99"], ["\"300.1.1.1/99\"", "10.1.0.0/16"] },
            { [Page, "--memory", "100"], ["--memory", "'100'", "512 to"] },
            { ["--urls", "missing"], ["--urls", "'missing'", "one URL per line"] },
            { ["--urls", ""], ["--urls", "''", "one URL per line"] },
            { ["--urls", "."], ["--urls", "'.'", "a folder", "a file"] },
            { ["--urls", "-"], ["--urls", "'-'", "one absolute http or https URL per line"] },
            { ["--urls"], ["--urls", "requires a value", "FILE|-"] },
            { [Page, "--out", ""], ["--out", "''", "folder"] },
            { [Page, "--out"], ["--out", "requires a value", "DIR"] },
            { ["--resume"], ["--resume", "requires a value", "DIR"] },
            { ["--resume", "missing"], ["'missing'", "no crawl.json"] },
            { ["--resume", ""], ["''", "no crawl.json"] },
            { ["--resume", "."], ["'.'", "no crawl.json"] },
            { ["--resume", "missing", Page], ["--resume", Page] },
            { ["--resume", "missing", "--scope", "any"], ["--resume", "--scope", "--max-pages"] },
            { ["--resume", "missing", "--urls", "-"], ["--resume", "--urls"] },
            { ["demo", "--bogus"], ["'--bogus'", "crawl demo --help"] },
            { ["doctor", "extra"], ["'extra'", "crawl doctor --help"] },
            { ["demoo"], ["'demoo'", "did you mean 'crawl demo'?"] },
            { ["--dept", "3", Page], ["'--dept'", "did you mean '--depth'?"] },
            { ["status"], ["<id>", "crawl status --help"] },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Arguments_Invalid_AreRefusedInOneLine(string[] arguments, string[] named)
    {
        var exit = await RunAsync(arguments);

        AssertRefused(exit, 2, named);
        Assert.Empty(Place.Entries());
    }

    [Fact]
    public async Task Urls_FileWithoutUrl_IsRefused()
    {
        await File.WriteAllTextAsync(Place.At("urls"), "# nothing\n\n");

        AssertRefused(await RunAsync("--urls", "urls"), 2, "'urls'", "contains no URL");
        Assert.Equal(["urls"], Place.Entries());
    }

    [Fact]
    public async Task Urls_FileWithMalformedLine_IsRefused()
    {
        await File.WriteAllTextAsync(Place.At("urls"), $"{Page}\nnot a url\n");

        AssertRefused(await RunAsync("--urls", "urls"), 2, "\"not a url\"", "http:// or https://");
        Assert.Equal(["urls"], Place.Entries());
    }

    [Theory]
    [InlineData("file", "is a file", "empty folder")]
    [InlineData("file/sub", "cannot be written", "name a folder")]
    [InlineData("/proc/crawl", "cannot be written", "name a folder")]
    [InlineData("full", "is not empty", "an empty one")]
    public async Task Out_NotWritable_IsRefusedAndUnchanged(string folder, string reason, string allowed)
    {
        Requires.Available(
            OperatingSystem.IsLinux() || folder[0] != '/',
            Unavailable.OtherPlatform,
            "There is no /proc."
        );
        await File.WriteAllTextAsync(Place.At("file"), "");
        Directory.CreateDirectory(Place.At("full"));
        await File.WriteAllTextAsync(Place.At("full", "mine"), "");

        AssertRefused(await RunAsync(Page, "--render", "never", "--out", folder), 2, $"'{folder}'", reason, allowed);
        Assert.Equal(["file", "full", "full/mine"], Place.Entries());
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/", "CRAWL_CHROMIUM", "/nonexistent", "executable")]
    [InlineData("demo", "CRAWL_CHROMIUM", "/nonexistent", "executable")]
    [InlineData("http://127.0.0.1:9/", "CRAWL_ENGINE", "selenium", "'playwright'")]
    [InlineData("demo", "CRAWL_ENGINE", "selenium", "'playwright'")]
    public async Task Variable_InvalidValue_IsRefused(string argument, string variable, string value, string allowed)
    {
        var surroundings = new Surroundings { Environment = new Dictionary<string, string> { [variable] = value } };

        var exit = await Place.Start([argument], surroundings).ExitAsync();

        AssertRefused(exit, 2, variable, $"'{value}'", allowed);
        Assert.Empty(Place.Entries());
    }

    internal static void AssertRefused(CrawlExit exit, int code, params string[] named)
    {
        exit.Expect(code);
        Assert.Equal("", exit.Out);
        Assert.StartsWith("crawl: ", exit.Error, StringComparison.Ordinal);
        Assert.Equal(exit.Error.Length - 1, exit.Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.All(named, part => Assert.Contains(part, exit.Error, StringComparison.Ordinal));
    }
}
