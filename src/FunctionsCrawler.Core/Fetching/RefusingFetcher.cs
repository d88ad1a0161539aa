using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>Fetches nothing: every page fails with the same error.</summary>
internal sealed class RefusingFetcher(PageError error) : IPageFetcher
{
    /// <inheritdoc/>
    public Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken) =>
        Task.FromResult(new FetchResult { Error = error });
}
