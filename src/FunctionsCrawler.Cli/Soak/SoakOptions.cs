using FunctionsCrawler.Cli.Output;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>How long, on what and how hard a soak works.</summary>
internal sealed record SoakOptions
{
    /// <summary>Ends the soak after the crawl in which this much time has passed. Null: invocations decide.</summary>
    public int? Minutes { get; init; }

    /// <summary>Ends the soak after the crawl with which there are this many invocations. Null: time decides.</summary>
    public int? Invocations { get; init; }

    /// <summary>The start pages. Empty: the built-in site.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Per cent of the built-in site's pages that are hostile.</summary>
    public int HostilePercent { get; init; }

    /// <summary>Pages in flight of one crawl.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>What the options of the crawls and the order of the pages come from.</summary>
    public int Seed { get; init; }

    /// <summary>What the crawls are allowed.</summary>
    public CrawlSettings Settings { get; init; } = new();

    /// <summary>The command line that does the same again.</summary>
    public string Describe()
    {
        var length = Invocations is { } invocations ? $"--invocations {invocations}" : $"--minutes {Minutes}";
        var site = Urls.Count > 0 ? string.Concat(Urls.Select(u => $" --url {u}")) : $" --hostile {HostilePercent}%";
        return $"{length}{site} --concurrency {Concurrency} --seed {Seed}";
    }
}
