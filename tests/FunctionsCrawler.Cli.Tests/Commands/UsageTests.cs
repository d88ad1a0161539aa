using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Tests.Commands;

[Collection(ProgramRun.Name)]
public sealed class UsageTests
{
    public static TheoryData<string[], string> Refused =>
        new()
        {
            { [], "no URL was given" },
            { ["demoo"], "'demoo' is neither a command nor a URL; did you mean 'crawl demo'?" },
            { ["soka", "--minutes", "1"], "did you mean 'crawl soak'?" },
            {
                ["http://127.0.0.1:9/", "--screenshot", "page.png"],
                "'page.png' looks like a file; --screenshot and --pdf take none in a crawl"
            },
            {
                ["http://127.0.0.1:9/", "--screenshot-format", "jpeg"],
                "--screenshot-format is about screenshots; --screenshot takes one"
            },
            {
                ["scrape", "http://127.0.0.1:9/", "--screenshot-of", "viewport"],
                "--screenshot-of is about screenshots; --screenshot FILE takes one"
            },
            {
                ["scrape", "http://127.0.0.1:9/", "--pdf", "a.html", "--snapshot", "./a.html"],
                "--snapshot is './a.html', and so is --pdf; each needs a file of its own"
            },
            { ["nonsense"], "crawl --help lists the commands, and a URL begins with http:// or https://" },
            { ["--dept", "3", "http://127.0.0.1:9/"], "there is no option '--dept'; did you mean '--depth'?" },
            { ["--dept=3", "http://127.0.0.1:9/"], "there is no option '--dept=3'; did you mean '--depth'?" },
            { ["--resume", "x", "--dept", "3"], "did you mean '--depth'?" },
            { ["serve", "--prot", "1"], "there is no option '--prot'; did you mean '--port'? crawl serve --help" },
            { ["status", "--srever", "http://127.0.0.1:9", "a"], "did you mean '--server'?" },
            { ["status", "--wiat"], "did you mean '--wait'?" },
            { ["status"], "missing argument <id>" },
            { ["status", "a", "b"], "unexpected argument 'b'; see crawl status --help" },
            { ["help", "soka"], "did you mean 'soak'?" },
            { ["help", "everything"], "the commands are scrape, login, map, demo, doctor" },
            { ["completion", "powershell"], "bash, zsh or fish" },
            { ["status", "a", "--server", "localhost"], "it must be an http or https URL" },
            { ["--render", "sometimes", "http://127.0.0.1:9/"], "it must be one of auto, always, never" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task CommandLine_Invalid_IsRefusedInOneLine(string[] arguments, string named)
    {
        var (code, output, error) = await ProgramRun.RunAsync(arguments);

        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.StartsWith("crawl: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALWAYS")]
    [InlineData("Always")]
    [InlineData("always")]
    public void Choice_InAnyCase_IsAccepted(string render)
    {
        var parsed = CrawlProgram.CreateRoot().Parse(["http://127.0.0.1:9/", "--render", render]);

        Assert.Empty(parsed.Errors);
        Assert.Equal(Contracts.RenderMode.Always, parsed.GetValue<Contracts.RenderMode>("--render"));
    }

    [Fact]
    public async Task Login_SavesIntoADevice_IsRefusedBeforeTheLogin()
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "The device is one of Linux.");

        var (code, _, error) = await ProgramRun.RunAsync("login", "http://127.0.0.1:9/", "--save", "/dev/full");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("crawl: --save cannot be written: '/dev/full' is a device or a pipe, not a file\n", error);
    }

    [Fact]
    public void ShortForms_OfOptions_AreAccepted()
    {
        var parsed = CrawlProgram.CreateRoot().Parse(["http://127.0.0.1:9/", "-q", "-o", "out"]);

        Assert.Empty(parsed.Errors);
        Assert.True(parsed.GetValue<bool>("--quiet"));
        Assert.Equal("out", parsed.GetValue<string>("--out"));
    }

    [Fact]
    public async Task Status_UnreachableServer_NamesItAndTheCommandThatStartsOne()
    {
        var (code, _, error) = await ProgramRun.RunAsync("status", "a", "--server", "http://127.0.0.1:9");

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("crawl: no server answers at http://127.0.0.1:9 (", error, StringComparison.Ordinal);
        Assert.EndsWith(
            "start one with 'crawl serve' or name another with --server\n",
            error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Url_WithoutScheme_IsCompletedWithAMessage()
    {
        // The invalid glob ends the program before it crawls.
        var (_, _, error) = await ProgramRun.RunAsync("localhost:9/docs", "--include", "[a");

        Assert.StartsWith(
            "crawl: 'localhost:9/docs' has no scheme; assuming http://localhost:9/docs\n",
            error,
            StringComparison.Ordinal
        );
    }
}
