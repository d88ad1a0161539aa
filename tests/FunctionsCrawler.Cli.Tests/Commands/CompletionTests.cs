using System.Diagnostics;

namespace FunctionsCrawler.Cli.Tests.Commands;

[Collection(ProgramRun.Name)]
public sealed class CompletionTests
{
    private const string Bash = "/bin/bash";

    [Theory]
    [InlineData("so", "soak")]
    [InlineData("soak --inv", "--invocations")]
    [InlineData("--max", "--max-pages")]
    [InlineData("--render ", "never")]
    [InlineData("help com", "completion")]
    [InlineData("completion z", "zsh")]
    public async Task Suggest_IncompleteLine_OffersTheCompletion(string line, string completed)
    {
        var (code, output, error) = await ProgramRun.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains(completed, output.Split('\n').Select(l => l.Trim()));
    }

    [Theory]
    [Needs(Need.Process)]
    [InlineData("crawl so", "soak")]
    [InlineData("crawl soak --inv", "--invocations")]
    [InlineData("crawl --render ne", "never")]
    [InlineData("crawl demox", "")]
    public async Task Bash_WithTheScript_Completes(string line, string completed)
    {
        Requires.Available(File.Exists(Bash), Unavailable.OtherPlatform, "bash is not installed.");
        var words = line.Split(' ');
        var script = $$"""
            source <(crawl completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_CWORD={{words.Length - 1}}
            COMP_WORDS=({{string.Join(' ', words.Select(w => $"'{w}'"))}})
            _crawl
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        Assert.Equal(completed, (await BashAsync(script)).Trim());
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Script_AnyShell_CallsTheSuggestDirective(string shell)
    {
        var (code, output, _) = await ProgramRun.RunAsync("completion", shell);

        Assert.Equal(0, code);
        Assert.Contains("[suggest:", output, StringComparison.Ordinal);
    }

    private static async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo(Bash, ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] = AppContext.BaseDirectory + Path.PathSeparator + start.Environment["PATH"];
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        return await output;
    }
}
