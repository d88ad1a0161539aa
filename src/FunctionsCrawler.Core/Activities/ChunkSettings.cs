using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Activities;

/// <summary>Limits of a chunk that the request cannot change.</summary>
internal sealed record ChunkSettings
{
    /// <summary>The time during which a chunk may start visits.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The maximum number of entries followed per sitemap.</summary>
    public required int MaxSitemapEntries { get; init; }

    /// <summary>The maximum number of links followed of a list of links.</summary>
    public int MaxLinks { get; init; } = 10_000;

    /// <summary>Returns where the content of a page is fetched instead; null if from the page itself.</summary>
    /// <value>Default <see cref="GitHubFiles.FindRaw"/>.</value>
    public Func<Uri, Uri?> FindSource { get; init; } = GitHubFiles.FindRaw;
}
