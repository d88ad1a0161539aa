using System.CommandLine;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Demo;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl demo</c>: a sample site served on loopback, crawled, the results shown.</summary>
internal sealed class DemoCommand : Command
{
    private const int Shown = 5;

    public DemoCommand()
        : base("demo", "Serves a sample site on this machine, crawls it and shows the results.") =>
        SetAction((_, token) => RunAsync(token));

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (ChromiumLocator.Find(out var fault) is null)
            throw new UsageException(fault!);
        await using var site = await SampleSite.StartAsync(cancellationToken);
        Console.WriteLine($"A sample site is served at {site.Url} and crawled from there.");
        var request = new CrawlRequest { Urls = [site.Url.AbsoluteUri], Scope = ScopeKind.Origin };
        var settings = new CrawlSettings { AllowPrivate = true };
        using var output = await OutputFolder.CreateAsync(null, request, settings);
        var code = await new CrawlRun(output, new ViewOptions(Json: false, Quiet: false)).RunAsync();
        Console.WriteLine();
        await ShowAsync(Path.Combine(output.Path, "markdown"), cancellationToken);
        return code;
    }

    private static async Task ShowAsync(string folder, CancellationToken cancellationToken)
    {
        Console.WriteLine("Some of the Markdown:");
        var files = Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        foreach (var file in files.Take(Shown))
        {
            var lines = await File.ReadAllLinesAsync(file, cancellationToken);
            Console.WriteLine($"  {file}: {lines.FirstOrDefault(l => l.StartsWith('#'))}");
        }
    }
}
