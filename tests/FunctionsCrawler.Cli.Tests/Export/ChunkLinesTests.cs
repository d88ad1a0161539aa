using System.Text;
using System.Text.Json;
using FunctionsCrawler.Cli.Export;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Export;

public sealed class ChunkLinesTests
{
    private const string Url = "https://a.example/llms-full.txt";

    private static readonly string Words = string.Join(' ', Enumerable.Repeat("word", 12));

    [Fact]
    public async Task Add_FileWithSections_ChunksHaveTheUrlOfTheirSection()
    {
        PageSection[] sections =
        [
            new(Url + "#section-0-a", "A", $"# A\n\n{Words}\n\n## Part\n\n{Words}\n\n"),
            new(Url + "#section-1-b", "B", $"# B\n\n{Words}\n"),
        ];
        var markdown = string.Concat(sections.Select(s => s.Markdown));

        var chunks = await WriteAsync(
            new PageRecord
            {
                Url = Url,
                Markdown = markdown,
                Sections = sections,
            }
        );

        Assert.Equal(
            [$"0 {sections[0].Url} A", $"1 {sections[0].Url} A,Part", $"2 {sections[1].Url} B"],
            chunks.Select(c =>
                $"{c.GetProperty("index")} {c.GetProperty("sectionUrl")} "
                + string.Join(',', c.GetProperty("headingPath").EnumerateArray().Select(h => h.GetString()))
            )
        );
        Assert.All(chunks, c => Assert.Equal(Url, c.GetProperty("url").GetString()));
        Assert.All(chunks, c => Assert.Equal(TextOf(c), markdown[Start(c)..End(c)]));
        Assert.Equal(markdown, string.Concat(chunks.Select(TextOf)));
    }

    [Fact]
    public async Task Add_SmallSections_AreNotJoined()
    {
        PageSection[] sections = [new(Url + "#section-0-a", "A", "# A\n"), new(Url + "#section-1-b", "B", "# B\n")];

        var chunks = await WriteAsync(
            new PageRecord
            {
                Url = Url,
                Markdown = "# A\n# B\n",
                Sections = sections,
            }
        );

        Assert.Equal(["# A\n", "# B\n"], chunks.Select(TextOf));
    }

    [Fact]
    public async Task Add_Page_HasNoSectionUrl()
    {
        var chunk = Assert.Single(await WriteAsync(new PageRecord { Url = Url, Markdown = "text\n" }));

        Assert.False(chunk.TryGetProperty("sectionUrl", out _));
    }

    private static async Task<IReadOnlyList<JsonElement>> WriteAsync(PageRecord record)
    {
        var stream = new MemoryStream();
        await using var lines = new ChunkLines(stream, null, 100, new FileSettings());
        await lines.AddAsync(record);
        await lines.CompleteAsync();
        return
        [
            .. Encoding
                .UTF8.GetString(stream.ToArray())
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonElement.Parse(line)),
        ];
    }

    private static string? TextOf(JsonElement chunk) => chunk.GetProperty("text").GetString();

    private static int Start(JsonElement chunk) => chunk.GetProperty("start").GetInt32();

    private static int End(JsonElement chunk) => chunk.GetProperty("end").GetInt32();
}
