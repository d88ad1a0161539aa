using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Commands;

public sealed class ScrapeCommandTests
{
    [Fact]
    public void Print_EachFormat_HasItsOwnOutput()
    {
        var page = new PageRecord
        {
            Url = "https://a.example/",
            Markdown = "whole",
            MainMarkdown = "main",
            Html = "<p>html",
            CleanedHtml = "<p>cleaned</p>",
            MainHtml = "<p>main</p>",
            Text = "text",
            Images = [new PageImage("https://a.example/image.png", "image")],
            Tables =
            [
                new PageTable(
                    ["header"],
                    [
                        ["cell"],
                    ]
                ),
            ],
            Links = [new PageLink("https://a.example/link", "link", Internal: true)],
            Metadata = new PageMetadata { Canonical = "https://a.example/canonical" },
        };

        var printed = ExtractionOptions.Formats.Select(format => ScrapeCommand.Print(page, format)).ToList();

        Assert.DoesNotContain("", printed);
        Assert.Equal(printed.Count, printed.Distinct(StringComparer.Ordinal).Count());
    }
}
