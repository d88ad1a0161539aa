using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Base class of tests of <see cref="HttpFetcher"/>, with a deadline that no fetch should reach.</summary>
public abstract class HttpFetcherTestBase
{
    protected static readonly TimeSpan Ample = TimeSpan.FromMinutes(1);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static async Task<FetchResult> FetchAsync(Uri url, HttpFetcherOptions? options = null)
    {
        using var fetcher = new HttpFetcher(options ?? new HttpFetcherOptions(), TimeProvider.System);
        return await fetcher.FetchAsync(url, Ample, Cancellation);
    }

    private protected static void AssertError(ErrorCode code, FetchResult result)
    {
        Assert.Equal(code, result.Error?.Code);
        Assert.NotEmpty(result.Error!.Message);
        Assert.Null(result.Text);
    }
}
