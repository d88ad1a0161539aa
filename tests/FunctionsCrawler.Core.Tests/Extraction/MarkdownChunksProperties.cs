using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Extraction.Chunking;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>Chunks of generated Markdown, compared with what another parser finds in it.</summary>
public sealed class MarkdownChunksProperties
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UsePreciseSourceLocation()
        .Build();

    private static readonly Gen<string> Text = Gen.Elements(
            "word",
            "a\\_b",
            "`code`",
            "**bold**",
            "中文",
            "😀",
            "end.",
            "[x](https://a.example/y)"
        )
        .NonEmptyListOf()
        .Select(words => string.Join(' ', words));

    private static readonly Gen<string> Lines = Gen.Elements(
            "if (a)",
            "  b();",
            "",
            "# c",
            "> d",
            "- e",
            "| f |",
            "~~~"
        )
        .NonEmptyListOf()
        .Select(lines => string.Join('\n', lines));

    private static readonly Gen<string> Blocks = Gen.OneOf(
        Text,
        Gen.Choose(1, 6).SelectMany(level => Text.Select(t => $"{new string('#', level)} {t}")),
        Lines.Select(code => $"```cs\n{code}\n```"),
        Text.ListOf()
            .Where(rows => rows.Count > 0)
            .Select(rows => $"| h | i |\n|---|---|\n{string.Join('\n', rows.Select(r => $"| {r} | 1 |"))}"),
        Text.NonEmptyListOf().Select(items => string.Join('\n', items.Select(i => $"- {i}"))),
        Text.Select(t => t.Replace(' ', '\n')),
        Gen.Constant("***")
    );

    private static readonly Gen<string> Documents = Blocks
        .SelectMany(block => Gen.Elements("", "> ", "- ", "1. ").Select(prefix => Inside(prefix, block)))
        .NonEmptyListOf()
        .Select(blocks => string.Join("\n\n", blocks) + "\n");

    // What a site delivers as Markdown may be anything.
    private static readonly Gen<string> Anything = Gen.Elements(
            "# a",
            "```",
            "~~~~",
            "- ",
            "> ",
            "|a|b|",
            "|-|-|",
            "===",
            "---",
            "\n",
            "\r\n",
            "\n\n",
            " ",
            "    ",
            "\t",
            "x",
            "😀",
            "](",
            "[",
            "`",
            "1. "
        )
        .ListOf()
        .Select(string.Concat);

    [Fact]
    public void Split_Markdown_LosesNothingAndKeepsTheSize() => ForAll(Documents, AssertComplete);

    [Fact]
    public void Split_AnyText_LosesNothingAndKeepsTheSize() => ForAll(Anything, AssertComplete);

    [Fact]
    public void Split_CodeBlocksAndTables_AreCutOnlyIfTooLarge() =>
        ForAll(
            Documents,
            (markdown, size) =>
            {
                var cuts = MarkdownChunks.Split(markdown, size).Skip(1).Select(c => c.Start).ToList();
                foreach (var block in Parse(markdown))
                {
                    // The span of a table ends behind it.
                    var end = markdown[..(block.Span.End + 1)].TrimEnd('\n', ' ', '-', '>', '1', '.').Length;
                    var start = markdown.LastIndexOf('\n', block.Span.Start) + 1;
                    // A blank line that did not fit into the chunk before counts too.
                    var chunk = cuts.LastOrDefault(c => c <= start);
                    var first = string.IsNullOrWhiteSpace(markdown[chunk..start]) ? chunk : start;
                    Assert.True(
                        end + 1 - first > size || !cuts.Any(c => c > start && c < end),
                        $"{block.GetType().Name} at {block.Span} is cut at {string.Join(' ', cuts)}: {markdown}"
                    );
                }
            }
        );

    [Fact]
    public void Split_CodeBlocks_KeepTheirCodeInEveryChunk() =>
        ForAll(
            Lines.SelectMany(a => Lines.Select(b => $"# T\n\n```cs\n{a}\n{b}\n{a}\n```\n\nEnd.\n")),
            (markdown, size) =>
            {
                var code = MarkdownChunks.Split(markdown, size).SelectMany(c => CodeOf(c.Text));
                Assert.Equal(string.Concat(CodeOf(markdown)), string.Concat(code));
            }
        );

    [Fact]
    public void Split_Citations_EveryReferenceHasItsDefinition() =>
        ForAll(
            Documents.Select(d => d.Replace("[x](https://a.example/y)", "[x][1]")),
            (text, size) =>
            {
                const string definition = "\n[1]: https://a.example/y\n";
                var chunks = MarkdownChunks.Split(text + definition, size);

                Assert.Equal(text, string.Concat(chunks.Select(c => text[c.Start..c.End])));
                Assert.All(
                    chunks,
                    c =>
                    {
                        Assert.InRange(c.Text.Length, 1, size);
                        var isUsed = c.Text.Contains("[x][1]", StringComparison.Ordinal);
                        Assert.Equal(isUsed, c.Text.EndsWith("\n" + definition, StringComparison.Ordinal));
                    }
                );
            }
        );

    private static void AssertComplete(string markdown, int size)
    {
        var chunks = MarkdownChunks.Split(markdown, size);

        if (string.IsNullOrWhiteSpace(markdown))
        {
            Assert.Empty(chunks);
            return;
        }
        Assert.Equal(markdown, string.Concat(chunks.Select(c => markdown[c.Start..c.End])));
        Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(c => c.Index));
        Assert.All(
            chunks,
            c =>
            {
                Assert.InRange(c.Text.Length, 1, size);
                Assert.Contains(markdown[c.Start..c.End], c.Text, StringComparison.Ordinal);
            }
        );
    }

    private static IEnumerable<Block> Parse(string markdown) =>
        Markdown.Parse(markdown, Pipeline).Descendants<Block>().Where(b => b is FencedCodeBlock or Table);

    private static IEnumerable<string> CodeOf(string markdown) =>
        RoundTrip.Render(markdown).QuerySelectorAll("pre > code").Select(c => c.TextContent);

    private static string Inside(string prefix, string block)
    {
        var rest = prefix == "> " ? "> " : new string(' ', prefix.Length);
        return prefix + block.Replace("\n", "\n" + rest);
    }

    private static void ForAll(Gen<string> documents, Action<string, int> check) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Gen.Choose(MarkdownChunks.MinSize, 300)
                    .SelectMany(size => documents.Select(d => (d, size)))
                    .ToArbitrary(),
                pair => check(pair.d, pair.size)
            )
        );
}
