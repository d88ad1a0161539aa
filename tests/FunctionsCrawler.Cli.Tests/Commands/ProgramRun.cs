using FunctionsCrawler.Cli.Commands;

namespace FunctionsCrawler.Cli.Tests.Commands;

/// <summary>Runs the program in this process. Tests that use it run one at a time, because standard error is process-wide.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProgramRun
{
    public const string Name = "program";

    internal static async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error, before) = (new StringWriter(), new StringWriter(), Console.Error);
        Console.SetError(error);
        try
        {
            var code = await CrawlProgram.RunAsync(arguments, output);
            return (code, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
