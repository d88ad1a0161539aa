using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Which files are made of a page.</summary>
internal sealed record CaptureOptions
{
    /// <summary>No files.</summary>
    public static CaptureOptions None { get; } = new();

    /// <inheritdoc cref="PageOptions.Screenshot"/>
    public ScreenshotOptions? Screenshot { get; init; }

    /// <inheritdoc cref="PageOptions.Pdf"/>
    public bool Pdf { get; init; }

    /// <inheritdoc cref="PageOptions.Snapshot"/>
    public SnapshotKind Snapshot { get; init; }

    /// <summary>Whether there is anything to make.</summary>
    public bool Any => Screenshot is not null || Pdf || Snapshot != SnapshotKind.None;

    /// <summary>The files that a request asks for.</summary>
    /// <param name="page">How pages are visited.</param>
    /// <param name="hasScreenshot">Whether the formats include a screenshot.</param>
    public static CaptureOptions Of(PageOptions page, bool hasScreenshot)
    {
        ArgumentNullException.ThrowIfNull(page);
        return new CaptureOptions
        {
            Screenshot = page.Screenshot ?? (hasScreenshot ? new ScreenshotOptions() : null),
            Pdf = page.Pdf,
            Snapshot = page.Snapshot,
        };
    }
}
