using FunctionsCrawler.Archives;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Archives;

/// <summary>Base of the tests of what fetches over HTTP leave in an archive.</summary>
public abstract class HttpArchiveTestBase : HttpFetcherTestBase, IDisposable
{
    protected const string Page = "<!doctype html><title>Ä</title>";

    private protected ChunkArchive Archive { get; } = new(TimeProvider.System);

    public void Dispose()
    {
        Archive.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected HttpFetcher Fetcher(HttpFetcherOptions options) =>
        new(options with { KeepsCodings = true, Archive = Archive }, TimeProvider.System);

    private protected async Task<FetchResult> ArchiveAsync(Uri url, HttpFetcherOptions? options = null)
    {
        using var fetcher = Fetcher(options ?? new HttpFetcherOptions());
        var result = await fetcher.FetchAsync(url, Ample, Cancellation);
        Assert.DoesNotContain(result.Warnings, w => w.Code == PageWarningCode.ArchiveIncomplete);
        return result;
    }

    private protected IReadOnlyList<ReadRecord> Records()
    {
        using var content = new MemoryStream();
        Archive.Records.Open().CopyTo(content);
        return WarcReader.Read(content.ToArray());
    }

    private protected ReadRecord Response() => Assert.Single(Records(), r => r.Type is "response");

    private protected static Task AnswerAsync(HttpContext context, string html)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(html);
    }
}
