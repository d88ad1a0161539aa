using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;

namespace FunctionsCrawler.Core.Tests.Pictures;

/// <summary>Screenshots of fixed pages, compared with references. README.md in this folder describes how.</summary>
public class PagePictureTests(OneBrowser one) : TabTestBase(one)
{
    private const double MaxDifferentShare = 0.002;
    private const int ChannelTolerance = 24;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Pictures");

    [Fact]
    public Task Screenshot_Window_LooksAsItsReference() =>
        CheckAsync("window", "window", new ScreenshotOptions { FullPage = false });

    [Fact]
    public Task Screenshot_TallPageThatWasScrolled_LooksAsItsReference() =>
        CheckAsync("tall", "tall", new ScreenshotOptions(), new VisitOptions { ScrollSteps = 20 });

    [Fact]
    public Task Screenshot_Element_LooksAsItsReference() =>
        CheckAsync("tall", "element", new ScreenshotOptions { Selector = "css:section:nth-child(8) img" });

    [Fact]
    public Task Screenshot_RemovedOverlay_LooksAsItsReference() =>
        CheckAsync(
            "overlay",
            "overlay",
            new ScreenshotOptions { FullPage = false },
            new VisitOptions { RemovesOverlays = true }
        );

    [Fact]
    public Task Screenshot_Phone_LooksAsItsReference() =>
        CheckAsync(
            "window",
            "phone",
            new ScreenshotOptions(),
            new VisitOptions
            {
                Identity = new VisitIdentity
                {
                    Viewport = new PageViewport
                    {
                        Width = 390,
                        Height = 600,
                        Scale = 2,
                    },
                    IsMobile = true,
                },
            }
        );

    [Fact]
    public void References_OfTwoPages_Differ()
    {
        var (window, overlay) = (Reference("window"), Reference("overlay"));
        Assert.Equal((window.Width, window.Height), (overlay.Width, overlay.Height));
        Assert.InRange(
            window.CountDifferences(overlay, ChannelTolerance),
            window.Width * window.Height / 10,
            int.MaxValue
        );
    }

    private async Task CheckAsync(string page, string name, ScreenshotOptions screenshot, VisitOptions? options = null)
    {
        var html = await File.ReadAllTextAsync(Path.Combine(Folder, "Pages", page + ".html"), Cancellation);
        var visit = await (await OpenAsync()).VisitAsync(
            Site.Page("/" + page, html),
            (options ?? new VisitOptions()) with
            {
                Captures = new CaptureOptions { Screenshot = screenshot },
            },
            Ample,
            Cancellation
        );
        Assert.Equal((VisitEnd.Read, 0), (visit.End, visit.CaptureWarnings.Count));
        var taken = Assert.Single(visit.Captures).Content;
        if (Environment.GetEnvironmentVariable("PICTURES_RECORD") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, name + ".png"), taken, Cancellation);
        else
            AssertLike(name, taken.Span);
    }

    private static void AssertLike(string name, ReadOnlySpan<byte> file)
    {
        var (expected, taken) = (Reference(name), PngPicture.Read(file));
        var isSameSize = (expected.Width, expected.Height) == (taken.Width, taken.Height);
        var share = isSameSize
            ? (double)expected.CountDifferences(taken, ChannelTolerance) / (expected.Width * expected.Height)
            : 1;
        if (share <= MaxDifferentShare)
            return;
        var kept = Path.Combine(AppContext.BaseDirectory, "Pictures", "Taken");
        Directory.CreateDirectory(kept);
        File.WriteAllBytes(Path.Combine(kept, name + ".png"), file);
        Assert.Fail(
            $"{name}.png: {share:P2} of the pixels differ, {taken.Width} x {taken.Height} pixels instead of {expected.Width} x {expected.Height}; the picture is in {kept}"
        );
    }

    private static PngPicture Reference(string name) =>
        PngPicture.Read(File.ReadAllBytes(Path.Combine(Folder, "References", name + ".png")));
}

public sealed class PlaywrightPagePictureTests(OneBrowser one) : PagePictureTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
