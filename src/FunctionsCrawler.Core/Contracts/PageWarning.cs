using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Something about a page that its record does not show otherwise, although the page did not fail for it.</summary>
/// <param name="Code">The kind of warning.</param>
/// <param name="Message">One sentence.</param>
public sealed record PageWarning(PageWarningCode Code, string Message)
{
    /// <summary>The warning that something the page consists of is missing in the archive.</summary>
    internal static PageWarning NotArchived(string reason) =>
        new(PageWarningCode.ArchiveIncomplete, $"The archive of the page is incomplete: {reason.TrimEnd('.')}.");
}

/// <summary>The kinds of warnings. Records hold the names in snake_case.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PageWarningCode>))]
public enum PageWarningCode
{
    /// <summary>The page has no visible text.</summary>
    EmptyPage,

    /// <summary>No main content was found; the main content is the whole page.</summary>
    NoMainContent,

    /// <summary>The selectors of <see cref="ExtractOptions.Include"/> matched nothing.</summary>
    NothingIncluded,

    /// <summary>The schema matched no item.</summary>
    NoData,

    /// <summary>A list of the record is incomplete because of a limit.</summary>
    Truncated,

    /// <summary>A selector or a regular expression took too long on this page; what it selects is missing.</summary>
    ExtractionStopped,

    /// <summary>The text of an error page was not read, because it is too large or did not arrive in time.</summary>
    ErrorPageNotRead,

    /// <summary>The page was read in a browser while it was still loading its content.</summary>
    StillLoading,

    /// <summary>A file that was to be made of the page is missing: an artifact of <see cref="PageRecord.Artifacts"/>.</summary>
    CaptureFailed,

    /// <summary>A file that was made of the page does not show all of it, because of a limit.</summary>
    CaptureTruncated,

    /// <summary>Something that was received for the page is missing in the archive of the crawl.</summary>
    ArchiveIncomplete,
}
