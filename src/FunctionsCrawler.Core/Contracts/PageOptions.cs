namespace FunctionsCrawler.Contracts;

/// <summary>How one page is visited. What to wait for and files of the page need
/// a browser, so such a page is rendered, whatever its markup says.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageOptions
{
    /// <summary>The time limit of a whole visit: connecting, redirects, rendering, waiting and reading.</summary>
    /// <value>Seconds. Default 30, 1 to 300.</value>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>How far the page must have been loaded before it is read.</summary>
    /// <value>Default null: until nothing changes any more and no timer or request is pending that could add content.</value>
    public WaitUntil? WaitUntil { get; set; }

    /// <summary>
    /// What the page must show before it is read: an element, <c>css:main table</c>, or a text, <c>text:In stock</c>. A value
    /// without a prefix is a CSS selector. <c>js:window.ready</c> waits until an expression is true, and needs
    /// <see cref="CrawlerOptions.AllowScripts"/>. If that does not happen before the time limit, the page fails with
    /// <see cref="ErrorCode.WaitFor"/>.
    /// </summary>
    /// <value>Up to 1,000 characters. Default null: nothing.</value>
    public string? WaitFor { get; set; }

    /// <summary>
    /// Steps to carry out in the page after that, in order: clicks, texts to write, keys, waits. What a step leads to, another
    /// document for example, is waited for. A step that fails ends the visit with <see cref="ErrorCode.Action"/>. The pages of
    /// such visits share no cookies and no storage.
    /// </summary>
    /// <value>Default empty. At most 100.</value>
    public IReadOnlyList<PageAction> Actions { get; set; } = [];

    /// <summary>
    /// Whether dialogs about cookies, sign-ups and the like are removed from the page, with what they lay over its content.
    /// </summary>
    /// <value>Default false.</value>
    public bool RemoveOverlays { get; set; }

    /// <summary>What becomes of the documents in the frames of the page.</summary>
    /// <value>Default <see cref="PageFrames.Skip"/>.</value>
    public PageFrames Frames { get; set; }

    /// <summary>How far to scroll after the steps, for lists that grow at their end and for images that are loaded when seen.</summary>
    /// <value>Default null: not at all.</value>
    public PageScroll? Scroll { get; set; }

    /// <summary>How long to wait after all that before the page is read.</summary>
    /// <value>Milliseconds. Default 0, 0 to 60,000, and less than <see cref="TimeoutSeconds"/>.</value>
    public int DelayMs { get; set; }

    /// <summary>The size of the window. Needs a browser.</summary>
    /// <value>Default null: that of <see cref="Device"/>, or 1,280 × 720.</value>
    public PageViewport? Viewport { get; set; }

    /// <summary>
    /// The kind of device that the page is shown on: window, touch and User-Agent. <see cref="Viewport"/> and
    /// <see cref="UserAgent"/> replace its own. Needs a browser.
    /// </summary>
    /// <value>Default null: a window of 1,280 × 720 without touch.</value>
    public DevicePreset? Device { get; set; }

    /// <summary>The language that is asked for (Accept-Language) and that scripts see, such as <c>de-DE</c>.</summary>
    /// <value>A language, optionally with script and region. Default null: that of the browser.</value>
    public string? Locale { get; set; }

    /// <summary>The time zone that scripts see, such as <c>Europe/Berlin</c>. Needs a browser.</summary>
    /// <value>A name of the IANA time zone database. Default null: that of the machine.</value>
    public string? Timezone { get; set; }

    /// <summary>
    /// Replaces the User-Agent of browsers and of fetches over HTTP. robots.txt is still fetched and obeyed under the crawler's
    /// own name.
    /// </summary>
    /// <value>Printable ASCII, up to 512 characters. Default null: the crawler's own, which names it.</value>
    public string? UserAgent { get; set; }

    /// <summary>
    /// Headers that are sent to the origins (scheme, host and port) of the start pages only, with all requests of their pages
    /// but those of workers and WebSockets.
    /// </summary>
    /// <value>Up to 50. Default null: none.</value>
    public IReadOnlyDictionary<string, SecretText>? Headers { get; set; }

    /// <summary>Cookies that pages of the start pages' origins have when they are visited.</summary>
    /// <value>Up to 50. Default null: none.</value>
    public IReadOnlyList<PageCookie>? Cookies { get; set; }

    /// <summary>Name and password that are sent to the origins of the start pages, as <see cref="Headers"/> are.</summary>
    /// <value>Default null: none.</value>
    public BasicAuth? BasicAuth { get; set; }

    /// <summary>Whether something is sent to the start pages only.</summary>
    internal bool HasCredentials => Headers is { Count: > 0 } || Cookies is { Count: > 0 } || BasicAuth is not null;

    /// <summary>Asks for a picture of the page. The format "screenshot" is the short form of one with all defaults.</summary>
    /// <value>Default null: none.</value>
    public ScreenshotOptions? Screenshot { get; set; }

    /// <summary>Whether the page is printed into a PDF: the artifact "pdf".</summary>
    /// <value>Default false.</value>
    public bool Pdf { get; set; }

    /// <summary>Whether the page is copied into one file with all that it shows.</summary>
    /// <value>Default <see cref="SnapshotKind.None"/>.</value>
    public SnapshotKind Snapshot { get; set; }

    /// <summary>
    /// Whether the record says what happened during the visit: messages of the console, failed requests and times, in
    /// <see cref="PageRecord.Diagnostics"/>. Without a browser there is no console.
    /// </summary>
    /// <value>Default false.</value>
    public bool Diagnostics { get; set; }

    /// <summary>
    /// Whether the requests of the page are recorded as an HTTP Archive (HAR 1.2), without bodies, cookies and private headers:
    /// the artifact "har". Needs a browser.
    /// </summary>
    /// <value>Default false.</value>
    public bool Har { get; set; }

    /// <summary>
    /// Whether a page that fails after it showed something is pictured as its window shows it: the artifact "failure". Pages that no
    /// browser visits have none.
    /// </summary>
    /// <value>Default false.</value>
    public bool ScreenshotOnFailure { get; set; }

    /// <summary>Whether something is recorded for whoever asks why a page failed.</summary>
    internal bool IsDiagnosed => Diagnostics || Har || ScreenshotOnFailure;

    /// <summary>
    /// Whether a request is about the page as it is shown, because files are made of it or steps carried out in it. Then neither
    /// the file that the page shows nor an earlier visit can stand for it.
    /// </summary>
    /// <param name="formats">The formats of the request; null if it names none.</param>
    internal bool IsAboutPage(IReadOnlyList<PageFormat>? formats) =>
        Actions.Count > 0
        || Screenshot is not null
        || Pdf
        || Har
        || Snapshot != SnapshotKind.None
        || formats?.Contains(PageFormat.Screenshot) is true;

    /// <summary>The fields that only a browser can fulfil, by their names in JSON.</summary>
    internal IEnumerable<string> NeedBrowser =>
        [
            .. WaitUntil is null ? (string[])[] : ["waitUntil"],
            .. WaitFor is null ? (string[])[] : ["waitFor"],
            .. Scroll is null ? (string[])[] : ["scroll"],
            .. Actions is null or [] ? (string[])[] : ["actions"],
            .. RemoveOverlays ? ["removeOverlays"] : (string[])[],
            .. Frames == PageFrames.Skip ? (string[])[] : ["frames"],
            .. DelayMs == 0 ? (string[])[] : ["delayMs"],
            .. Viewport is null ? (string[])[] : ["viewport"],
            .. Device is null ? (string[])[] : ["device"],
            .. Timezone is null ? (string[])[] : ["timezone"],
            .. Screenshot is null ? (string[])[] : ["screenshot"],
            .. Pdf ? ["pdf"] : (string[])[],
            .. Har ? ["har"] : (string[])[],
            .. Snapshot == SnapshotKind.None ? (string[])[] : ["snapshot"],
        ];
}
