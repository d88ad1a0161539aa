namespace FunctionsCrawler.Benchmarks.Comparison.Scenarios;

/// <summary>Something that is measured under one name.</summary>
/// <param name="name">The name on the command line.</param>
internal abstract class Scenario(string name)
{
    /// <summary>All scenarios, in the order in which they run.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [.. CrawlScenario.OfSites, new StartScenario(), new LongScenario(), new IdleScenario()];

    public string Name => name;

    /// <summary>The heading in the output.</summary>
    public abstract string Describe(Bench bench);

    /// <summary>Measures, and prints each run.</summary>
    public abstract Task<IReadOnlyList<Finding>> RunAsync(Bench bench, CancellationToken cancellationToken);

    /// <summary>Runs something in a temp folder, which is removed afterwards.</summary>
    protected static async Task<T> InFolderAsync<T>(Func<string, Task<T>> run)
    {
        var folder = Directory.CreateTempSubdirectory("crawl-bench-").FullName;
        try
        {
            return await run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
