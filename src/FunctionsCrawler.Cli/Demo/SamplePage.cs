using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>A URL of the sample site that a crawl must record once, and what it must record.</summary>
/// <param name="Path">Path and query, normalised.</param>
internal sealed record SamplePage(string Path)
{
    /// <summary>The status of the first answer.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The error code of the record. Null when the page succeeds.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>Where a browser ends up. Null when that is the page itself.</summary>
    public string? LeadsTo { get; init; }

    /// <summary>Whether only a crawl that runs scripts finds it.</summary>
    public bool OnlyRendered { get; init; }
}
