using FunctionsCrawler.Cli.Output;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>The options of <c>crawl soak</c>.</summary>
internal sealed record SoakOptions
{
    /// <summary>Ends the soak after the crawl during which this time elapses. Null: <see cref="Invocations"/> decides.</summary>
    public int? Minutes { get; init; }

    /// <summary>Ends the soak after the crawl that reaches this number of invocations. Null: <see cref="Minutes"/> decides.</summary>
    public int? Invocations { get; init; }

    /// <summary>The start pages; empty for the built-in site.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>The percentage of the built-in site's pages that are hostile.</summary>
    public int HostilePercent { get; init; }

    /// <summary>Whether files are made of rendered pages: pictures, and of some a PDF and a copy.</summary>
    public bool Captures { get; init; }

    /// <summary>Pages in flight per crawl.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Determines the options of the crawls and the order of the pages.</summary>
    public int Seed { get; init; }

    /// <summary>What the host allows the crawls.</summary>
    public CrawlSettings Settings { get; init; } = new();

    /// <summary>The arguments that repeat this soak.</summary>
    public string Describe()
    {
        var length = Invocations is { } invocations ? $"--invocations {invocations}" : $"--minutes {Minutes}";
        var site = Urls.Count > 0 ? string.Concat(Urls.Select(u => $" --url {u}")) : $" --hostile {HostilePercent}%";
        var captures = Captures ? " --captures" : "";
        return $"{length}{site}{captures} --concurrency {Concurrency} --seed {Seed}";
    }
}
