using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Hosting;

/// <summary>The result of <see cref="CrawlService.AcceptAsync"/>.</summary>
internal enum Acceptance
{
    /// <summary>A new crawl was accepted.</summary>
    Accepted,

    /// <summary>The same request was accepted under this id before.</summary>
    Existing,

    /// <summary>A different request was accepted under this id before.</summary>
    OtherRequest,

    /// <summary>The id belongs to a deleted crawl.</summary>
    Deleted,

    /// <summary>The stored request of the crawl with this id cannot be read. It must be deleted first.</summary>
    Damaged,

    /// <summary>The crawl that <see cref="CrawlRequest.Since"/> names does not exist, has not ended, or is damaged.</summary>
    EarlierCrawlUnknown,

    /// <summary>Too many crawls are waiting. The client may retry later.</summary>
    Full,
}

/// <summary>The result of a cancel or delete request.</summary>
internal enum CommandResult
{
    /// <summary>The operation succeeded.</summary>
    Done,

    /// <summary>There is no such crawl.</summary>
    NotFound,

    /// <summary>The crawl has already ended (cancel), or has not ended yet (delete).</summary>
    WrongState,
}
