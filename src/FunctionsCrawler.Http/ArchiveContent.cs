using FunctionsCrawler.Crawls;
using FunctionsCrawler.Crawls.Archives;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>Streams the archive of a crawl as it is put together, so neither memory nor disk holds all of it.</summary>
/// <param name="crawl">The crawl.</param>
/// <param name="isWarc">Whether it is sent as one WARC file instead of a WACZ.</param>
/// <param name="time">The clock.</param>
internal sealed class ArchiveContent(CrawlBlobs crawl, bool isWarc, TimeProvider time) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = isWarc ? "application/gzip" : "application/wacz+zip";
        response.Headers.XContentTypeOptions = "nosniff";
        // Ids consist of letters, digits and hyphens.
        response.Headers.ContentDisposition =
            $"attachment; filename=\"{crawl.CrawlId}.{(isWarc ? ArchiveExtensions.Warc : "wacz")}\"";
        if (isWarc)
            await WarcExport.WriteAsync(crawl, response.Body, aborted);
        else
            await new WaczExport(crawl, time).WriteAsync(response.Body, aborted);
    }
}
