using System.Text.Json;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Output;

public sealed class FrontMatterTests
{
    [Fact]
    public void Of_Page_HasEveryField()
    {
        var record = new PageRecord
        {
            Url = "https://a.example/b",
            FinalUrl = "https://a.example/b/",
            Title = "Yes: #1 \"quoted\"",
            Description = "two\nlines",
            Language = "no",
            Depth = 2,
            FetchedAt = new DateTimeOffset(2026, 11, 28, 12, 0, 5, 400, TimeSpan.FromHours(2)),
            ContentHash = "00e1",
            DuplicateOf = "https://a.example/",
            Author = "A, B",
            Published = "2026-11-27",
            Modified = "2026-11-28T10:15:00+01:00",
            Metadata = new PageMetadata { Canonical = "https://a.example/c" },
        };

        Assert.Equal(
            """
            ---
            title: "Yes: #1 \"quoted\""
            description: "two\nlines"
            url: "https://a.example/b"
            finalUrl: "https://a.example/b/"
            canonical: "https://a.example/c"
            duplicateOf: "https://a.example/"
            language: "no"
            author: "A, B"
            published: "2026-11-27"
            modified: "2026-11-28T10:15:00+01:00"
            date: 2026-11-28T10:00:05Z
            fetchedAt: 2026-11-28T10:00:05Z
            depth: 2
            contentHash: "00e1"
            ---


            """.ReplaceLineEndings("\n"),
            FrontMatter.Of(record)
        );
    }

    [Fact]
    public void Of_PageWithoutTexts_HasOnlyWhatIsKnown() =>
        Assert.Equal(
            [
                "---",
                "url: \"https://a.example/\"",
                "date: 0001-01-01T00:00:00Z",
                "fetchedAt: 0001-01-01T00:00:00Z",
                "depth: 0",
                "---",
                "",
                "",
            ],
            FrontMatter.Of(new PageRecord { Url = "https://a.example/" }).Split('\n')
        );

    [Fact]
    public void Of_PageWithAnAuthorInMetaElements_HasTheAuthorOfTheRecord()
    {
        var record = new PageRecord
        {
            Url = "https://a.example/",
            Author = "From JSON-LD",
            Metadata = new PageMetadata
            {
                Meta = new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "From meta" },
            },
        };

        Assert.Contains("\nauthor: \"From JSON-LD\"\n", FrontMatter.Of(record), StringComparison.Ordinal);
    }

    // The escapes used are those that YAML shares with JSON, so a JSON parser reads the text back.
    [Theory]
    [InlineData("plain")]
    [InlineData("null")]
    [InlineData("- a: b # c")]
    [InlineData("---\n...\n")]
    [InlineData("\\ \" ' % @ ` { } [ ] , & * ! | >")]
    [InlineData("tab\tcr\rnul\0bel\adel\u007f")]
    [InlineData("nel\u0085nbsp\u00a0ls\u2028ps\u2029bom\ufeffnon\uffff")]
    [InlineData("中文 😀 é")]
    [InlineData(" spaces ")]
    public void Quote_AnyText_IsOneLineThatMeansTheText(string text)
    {
        var quoted = FrontMatter.Quote(text);

        Assert.Equal(text, JsonSerializer.Deserialize<string>(quoted));
        Assert.DoesNotContain(
            quoted,
            c => c < ' ' || c is >= '\u007f' and <= '\u009f' or '\u2028' or '\u2029' or '\ufeff' or '\uffff'
        );
    }

    [Fact]
    public void Quote_LoneSurrogate_IsReplaced() => Assert.Equal("\"a\ufffdb\"", FrontMatter.Quote("a\ud800b"));
}
