using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Files of pages, from the command line.</summary>
[Needs(Need.Chromium)]
public sealed class CaptureTests : EndToEndTest
{
    [Fact]
    public async Task Scrape_FilesNamed_WritesThem()
    {
        NeedsChromium();
        await using var site = await TreeSite.StartAsync(1);

        var exit = await RunAsync(
            "scrape",
            site.Url + "p/0",
            "--allow-private",
            "--screenshot",
            "page.webp",
            "--screenshot-of",
            "css:body",
            "--pdf",
            "page.pdf",
            "--snapshot",
            "page.html"
        );

        Assert.Equal((0, ""), (exit.Code, exit.Error));
        Assert.True(Bytes("page.webp").AsSpan(8).StartsWith("WEBP"u8));
        Assert.True(Bytes("page.pdf").AsSpan().StartsWith("%PDF"u8));
        Assert.Contains("Content-Security-Policy", File.ReadAllText(Place.At("page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_WithFiles_PutsThemIntoTheOutputFolder()
    {
        NeedsChromium();
        await using var site = await TreeSite.StartAsync(3);

        var exit = await RunAsync(
            site.Url + "p/0",
            "--allow-private",
            "--screenshot",
            "--snapshot",
            "html",
            "--out",
            "out",
            "--quiet"
        );

        Assert.Equal(0, exit.Code);
        var pages = Read("out").Pages;
        Assert.Equal(3, pages.Count);
        foreach (var artifact in pages.SelectMany(p => p.Artifacts!.Values))
            Assert.Equal(artifact.Bytes, Bytes(Path.Combine("out", "artifacts", artifact.Blob!)).Length);
        Assert.Equal(6, Directory.GetFiles(Place.At(Path.Combine("out", "artifacts"))).Length);
    }

    [Theory]
    [InlineData("--snapshot", "page.txt", "--snapshot is 'page.txt'; it must end in .html or .mhtml")]
    [InlineData("--screenshot-format", "gif", "--screenshot-format is 'gif'; it must be one of png, jpeg, webp")]
    [InlineData("--screenshot-quality", "0", "--screenshot-quality is '0'; it must be a whole number from 1 to 100")]
    public async Task Scrape_InvalidOption_NamesTheValueAndWhatIsAllowed(string option, string value, string message)
    {
        var exit = await RunAsync("scrape", "https://a.example/", option, value);

        Assert.Equal(2, exit.Code);
        Assert.Contains(message, exit.Error, StringComparison.Ordinal);
    }

    private byte[] Bytes(string file) => File.ReadAllBytes(Place.At(file));
}
