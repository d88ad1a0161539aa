using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>An accepted request (request.json).</summary>
/// <param name="Request">The request, with limits as last raised.</param>
/// <param name="AcceptedAt">When the request was accepted.</param>
/// <param name="V">The version of the crawl's blob layout.</param>
/// <param name="Raised">The depth limit before it was last raised; null if it was never raised.</param>
internal sealed record StoredRequest(
    CrawlRequest Request,
    DateTimeOffset AcceptedAt,
    int V = StoredRequest.CurrentVersion,
    RaisedDepth? Raised = null
)
{
    /// <summary>The version that this program writes, and the newest it reads.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>
/// A depth limit that was raised. The links that the old limit excluded are considered again when <paramref name="Wave"/> is
/// planned.
/// </summary>
/// <param name="Wave">The first wave that is planned under the new limit.</param>
/// <param name="From">The limit under which all earlier waves were planned.</param>
internal sealed record RaisedDepth(int Wave, int From);
