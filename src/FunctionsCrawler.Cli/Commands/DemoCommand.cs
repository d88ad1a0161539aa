using System.CommandLine;
using FunctionsCrawler.Cli.Demo;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl demo</c>: serves a sample site on loopback, crawls it and shows the results.</summary>
internal sealed class DemoCommand : Command, IHelpTopic
{
    private const int Shown = 5;

    public DemoCommand()
        : base("demo", "Serves a sample site on this machine, crawls it and shows the results.") =>
        SetAction((_, token) => RunAsync(token));

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl demo"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples => [new("crawl demo", "A crawl of some 40 pages that needs no network.")];

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        BrowserCheck.RequireChromium();
        await using var site = await SampleSite.StartAsync(cancellationToken);
        Console.WriteLine($"A sample site is served at {site.Url} and crawled from there.");
        var request = new CrawlRequest { Urls = [site.Url.AbsoluteUri], Scope = ScopeKind.Origin };
        var settings = new CrawlSettings { AllowPrivate = true };
        using var output = await OutputFolder.CreateAsync(null, request, settings);
        // The site ends with this process, so the crawl cannot be resumed.
        var view = new ViewOptions(Json: false, Quiet: false, CanResume: false);
        var code = await new CrawlRun(output, view).RunAsync();
        Console.WriteLine();
        if (Directory.Exists(output.At(ResultNames.Markdown)))
            await ShowAsync(output.At(ResultNames.Markdown), cancellationToken);
        Console.WriteLine("Now crawl a site of your own: crawl https://example.com/docs/");
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
