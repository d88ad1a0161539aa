using System.CommandLine;
using System.Text.RegularExpressions;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Tests.Commands;

[Collection(ProgramRun.Name)]
public sealed partial class HelpTests
{
    private const int Width = 80;

    public static TheoryData<string> Commands => [.. CrawlProgram.CreateRoot().Subcommands.Select(c => c.Name)];

    [Fact]
    public void RootHelp_Headings_AreInOrder() =>
        Assert.Equal(
            [
                "Usage:",
                "What to crawl:",
                "What to take from pages:",
                "Files of pages:",
                "Why pages fail:",
                "When to read a page:",
                "What to do in a page:",
                "As whom to visit pages:",
                "Limits:",
                "Output:",
                "Network and politeness:",
                "Memory:",
                "Help:",
                "Commands:",
                "Examples:",
            ],
            Heading().Matches(HelpOf(CrawlProgram.CreateRoot())).Select(m => m.Value)
        );

    [Fact]
    public void SweepHelp_At80Columns_MatchesTheExpectedText() =>
        Assert.Equal(
            """
            Removes browsers and temp folders of crawls that were killed.

            Usage:
              crawl sweep [options]

            Options:
              --dry-run                 Shows what would be removed, and removes nothing.
              -h, --help                Shows help.

            Examples:
              crawl sweep --dry-run     Shows what would be removed.

            """,
            HelpOf(CrawlProgram.CreateRoot().Subcommands.Single(c => c.Name == "sweep"))
        );

    [Fact]
    public void Option_InHelp_ShowsShortFormNamesAndDefault()
    {
        var help = HelpOf(CrawlProgram.CreateRoot());

        Assert.Contains("  -o, --out DIR  ", help, StringComparison.Ordinal);
        Assert.Contains("  --scope origin|host|domain|prefix|any|path\n", help, StringComparison.Ordinal);
        Assert.Contains("[default: host]", help, StringComparison.Ordinal);
        Assert.Contains("[default: memoryAdaptive]", help, StringComparison.Ordinal);
        Assert.Contains("[default: ./crawls/<id>]", help, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void CommandHelp_AnyCommand_HasEachOptionOnceAndAnExample(string name)
    {
        var command = CrawlProgram.CreateRoot().Subcommands.Single(c => c.Name == name);
        var help = HelpOf(command);

        Assert.All(
            command.Options,
            option =>
                Assert.Single(
                    help.Split('\n'),
                    // Other options begin with the same letters.
                    l => $"{l} ".StartsWith($"  {OptionText.Syntax(option)} ", StringComparison.Ordinal)
                )
        );
        Assert.NotEmpty(((IHelpTopic)command).Examples);
        Assert.All(
            ((IHelpTopic)command).Examples,
            e => Assert.Contains($"crawl {name}", e.Line, StringComparison.Ordinal)
        );
        // Usage lines and examples are not wrapped and may be longer.
        Assert.All(
            help.Split('\n').Where(l => l.StartsWith("   ", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 0, Width)
        );
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("help")]
    public async Task Help_AnySpelling_PrintsTheHelp(string form)
    {
        var (code, output, error) = await ProgramRun.RunAsync(form);
        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.StartsWith("Crawls web sites into Markdown.", output, StringComparison.Ordinal);

        var ofCommand =
            form == "help" ? await ProgramRun.RunAsync("help", "soak") : await ProgramRun.RunAsync("soak", form);
        Assert.Contains("4 inconclusive", ofCommand.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v")]
    [InlineData("--version")]
    public async Task Version_EitherSpelling_PrintsOneLine(string form)
    {
        var (code, output, _) = await ProgramRun.RunAsync(form);

        Assert.Equal(ExitCode.Done, code);
        Assert.Matches(@"^crawl \d+\.\d+\.\d+\S*\n\z", output);
    }

    private static string HelpOf(Command command)
    {
        var output = new StringWriter { NewLine = "\n" };
        HelpPage.Write(command, output, Width);
        return output.ToString();
    }

    [GeneratedRegex(@"^[A-Z][a-z ]+:(?=\n)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();
}
