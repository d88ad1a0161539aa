using FunctionsCrawler.Archives;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Scraping.Adaptive;

namespace FunctionsCrawler.Scraping;

/// <summary>How the pages of one chunk or single scrape are visited.</summary>
internal sealed record ScrapeSettings
{
    /// <summary>Whether pages are rendered in a browser.</summary>
    public required RenderMode Render { get; init; }

    /// <summary>Whether to obey robots.txt and robots directives.</summary>
    public required bool RespectRobots { get; init; }

    /// <summary>The minimum time between visits of the same host.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How each page is visited, with the maximum duration of one attempt.</summary>
    public PageOptions Page { get; init; } = new();

    /// <summary>The start pages. What is private to their origins is sent there only.</summary>
    public IReadOnlyList<string> Starts { get; init; } = [];

    /// <summary>The maximum duration of one attempt.</summary>
    public TimeSpan Deadline => TimeSpan.FromSeconds(Page.TimeoutSeconds);

    /// <inheritdoc cref="Browsing.VisitOptions.TimeLeft"/>
    public Func<TimeSpan>? TimeLeft { get; init; }

    /// <summary>The maximum number of pages in flight.</summary>
    public required int Pages { get; init; }

    /// <summary>What is extracted into the record.</summary>
    public ExtractionPlan Extraction { get; init; } = ExtractionPlan.Standard;

    /// <summary>Which files are made of each page.</summary>
    public CaptureOptions Captures => CaptureOptions.Of(Page, Extraction.Formats.Has(PageFormat.Screenshot));

    /// <summary>The kinds of content to store.</summary>
    public IReadOnlyList<ContentKind> Types { get; init; } = ContentKinds.Standard;

    /// <summary>
    /// What is known about kinds of pages, for <see cref="RenderMode.Auto"/>. Null for a single page: then nothing is rendered
    /// only to learn from it.
    /// </summary>
    public IReadOnlyList<RenderLesson>? Lessons { get; init; }

    /// <summary>Extends the reader of pages; null leaves it as it is.</summary>
    public Func<IContentReader, IContentReader>? Extend { get; init; }

    /// <summary>Takes the exchanges of the visits; null if nothing is archived.</summary>
    public ChunkArchive? Archive { get; init; }

    /// <summary>When a browser is replaced.</summary>
    public BrowserRecycling Recycling { get; init; } = new();

    /// <summary>What a visit does besides reading the document.</summary>
    /// <param name="identity">As whom pages are visited.</param>
    /// <param name="permissions">What the operator allows.</param>
    public VisitOptions VisitsAs(VisitIdentity identity, ScrapePermissions permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        return new VisitOptions
        {
            Captures = Captures,
            Archive = Archive,
            Diagnostics = DiagnosticOptions.Of(Page, identity),
            WaitUntil = Page.WaitUntil,
            WaitFor = Page.WaitFor is { } condition ? PageCondition.Parse(condition) : null,
            TimeLeft = TimeLeft,
            AllowsScripts = permissions.Scripts,
            Actions = Page.Actions,
            RemovesOverlays = Page.RemoveOverlays,
            InlinesFrames = Page.Frames == PageFrames.Inline,
            Identity = identity,
            ScrollSteps = Page.Scroll?.MaxSteps ?? 0,
            Delay = TimeSpan.FromMilliseconds(Page.DelayMs),
        };
    }

    /// <summary>Returns the settings for a chunk.</summary>
    /// <param name="request">The request of the crawl.</param>
    /// <param name="pages">The chunk's maximum number of pages in flight.</param>
    /// <param name="lessons">What earlier waves have learned about kinds of pages.</param>
    public static ScrapeSettings Of(CrawlRequest request, int pages, IReadOnlyList<RenderLesson> lessons)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ScrapeSettings
        {
            Render = request.Render,
            RespectRobots = request.RespectRobots,
            Delay = TimeSpan.FromMilliseconds(request.DelayMs),
            Page = request.Page,
            Starts = request.Urls,
            Pages = pages,
            Extraction = new ExtractionPlan(request.Extract) { ReadsSigns = request.Render == RenderMode.Auto },
            Types = request.Types,
            Lessons = lessons,
            Recycling = request.Recycling,
        };
    }

    /// <summary>Returns the settings for a single page.</summary>
    public static ScrapeSettings Of(PageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ScrapeSettings
        {
            Render = request.Render,
            RespectRobots = request.RespectRobots,
            Page = request.Page,
            Starts = [request.Url],
            Pages = 1,
            Extraction = new ExtractionPlan(
                request.Formats is { } formats ? request.Extract with { Formats = formats } : request.Extract
            )
            {
                ReadsSigns = request.Render == RenderMode.Auto,
            },
            Types = request.Types,
        };
    }
}
