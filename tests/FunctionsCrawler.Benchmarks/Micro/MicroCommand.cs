using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Benchmarks.Micro;

/// <summary><c>micro</c>: measures methods with BenchmarkDotNet, with what they allocate.</summary>
internal sealed class MicroCommand : Command
{
    private readonly Option<string[]> _filter = OptionKinds.Many(
        "--filter",
        "GLOB",
        "Runs only the benchmarks whose Class.Method matches, such as *Markdown*.",
        "all"
    );

    private readonly Option<bool> _once = new("--once")
    {
        Description = "Runs each benchmark once, to see whether it works. The figures mean nothing.",
    };

    private readonly Option<string?> _artifacts = OptionKinds.Text(
        "--artifacts",
        "DIR",
        "The folder for the tables as Markdown and JSON.",
        "a temp folder that is removed"
    );

    public MicroCommand()
        : base("micro", "Measures methods: time and allocations.")
    {
        foreach (var option in (Option[])[_filter, _once, _artifacts])
            Options.Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var temp = Directory.CreateTempSubdirectory("crawl-bench-").FullName;
        try
        {
            var folder = parsed.GetValue(_artifacts) is { } given ? Path.GetFullPath(given) : temp;
            var filter = parsed.GetValue(_filter) is { Length: > 0 } globs ? globs : ["*"];
            var summaries = BenchmarkSwitcher
                .FromAssembly(typeof(MicroCommand).Assembly)
                .Run([.. filter.Prepend("--filter")], Config(folder, parsed.GetValue(_once)))
                .ToList();
            if (summaries.Count == 0)
                throw new BenchmarkException("no benchmark matches --filter");
            return summaries.TrueForAll(s => s.Reports.All(r => r.Success)) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(temp, recursive: true);
        }
    }

    // In this process: BenchmarkDotNet would otherwise generate and build a project for each run, outside this repository's
    // settings and lock files. The process has the settings of the command line already.
    private static ManualConfig Config(string folder, bool once) =>
        ManualConfig
            .CreateEmpty()
            .AddJob((once ? Job.Dry : Job.Default).WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(MarkdownExporter.GitHub, JsonExporter.Brief)
            .WithArtifactsPath(folder);
}
