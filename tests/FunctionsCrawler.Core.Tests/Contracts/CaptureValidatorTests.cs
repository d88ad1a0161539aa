using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Contracts;

public sealed class CaptureValidatorTests
{
    public static TheoryData<ScreenshotOptions, string, string> Invalid =>
        new()
        {
            {
                new() { Quality = 0, Format = PictureFormat.Jpeg },
                "page.screenshot.quality",
                "0 is out of range"
            },
            {
                new() { Quality = 101, Format = PictureFormat.Webp },
                "page.screenshot.quality",
                "1 to 100"
            },
            {
                new() { Quality = 50 },
                "page.screenshot.quality",
                "quality is for jpeg and webp"
            },
            {
                new() { Format = (PictureFormat)7 },
                "page.screenshot.format",
                "allowed: png, jpeg, webp"
            },
            {
                new() { Selector = " " },
                "page.screenshot.selector",
                "is not a condition"
            },
            {
                new() { Selector = "text:words" },
                "page.screenshot.selector",
                "'text:words' is not a selector"
            },
        };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Validate_InvalidScreenshot_NamesTheFieldAndWhatIsAllowed(
        ScreenshotOptions options,
        string field,
        string message
    )
    {
        var fault = Assert.Single(CaptureValidator.Validate(new PageOptions { Screenshot = options }));

        Assert.Equal(field, fault.Field);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_FilesWithoutABrowser_NamesEachField()
    {
        var page = new PageOptions
        {
            Screenshot = new(),
            Pdf = true,
            Snapshot = SnapshotKind.Html,
        };

        var faults = PageOptionsValidator.Validate(page, RenderMode.Never);

        Assert.Equal(["page.screenshot", "page.pdf", "page.snapshot"], faults.Select(f => f.Field));
        Assert.Empty(PageOptionsValidator.Validate(page, RenderMode.Auto));
    }
}
