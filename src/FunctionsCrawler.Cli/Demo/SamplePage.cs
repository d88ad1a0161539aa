using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>A URL of the sample site and the record that a crawl must produce for it.</summary>
/// <param name="Path">The normalized path and query.</param>
internal sealed record SamplePage(string Path)
{
    /// <summary>The status of the first response.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The error code of the record; null if the page succeeds.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>The path that a browser is redirected to; null if it stays on the page.</summary>
    public string? LeadsTo { get; init; }

    /// <summary>Whether only a crawl that runs scripts finds the page.</summary>
    public bool OnlyRendered { get; init; }
}
