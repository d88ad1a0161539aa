using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>The pages that a crawl of the sample site must find, in the reading order of the site.</summary>
internal static class SamplePages
{
    /// <summary>The pages reachable from <c>/</c>, to depth 3. None of them fails, so the demo ends with exit code 0.</summary>
    public static IReadOnlyList<SamplePage> Main { get; } =
    [
        new("/"),
        new("/guide/"),
        new("/guide/install"),
        new("/guide/quick-start"),
        new("/guide/channels"),
        new("/guide/consumers"),
        new("/guide/ordering"),
        new("/guide/dead-letters"),
        new("/guide/field%20notes"),
        new("/guide/operations/"),
        new("/guide/operations/metrics"),
        new("/guide/operations/upgrades"),
        new("/api/"),
        new("/api/channel"),
        new("/api/message"),
        new("/api/consumer"),
        new("/api/errors"),
        new("/api/errors?page=2"),
        new("/api/errors?page=3"),
        new("/files/"),
        new("/files/archive.zip") { Error = ErrorCode.UnsupportedType },
        new("/files/picture.png") { Error = ErrorCode.UnsupportedType },
        new("/files/changes.txt"),
        new("/js/"),
        new("/js/rendered"),
        new("/js/only-from-script") { OnlyRendered = true },
        new("/js/late"),
        new("/js/storage"),
        new("/js/storage?visit=2"),
        new("/js/redirect") { LeadsTo = "/js/landed" },
        new("/hostile/"),
        new("/hostile/popups"),
        new("/hostile/popup"),
        new("/hostile/dialogs"),
        new("/hostile/framed"),
        new("/hostile/frames"),
        new("/hostile/download") { Error = ErrorCode.UnsupportedType },
        new("/old/guide") { Status = 301, LeadsTo = "/guide/" },
        new("/temp") { Status = 302, LeadsTo = "/guide/install" },
        new("/refresh") { LeadsTo = "/guide/quick-start" },
    ];

    /// <summary>The pages reachable from <c>/lab/</c>, which fail. No links connect them with the rest.</summary>
    public static IReadOnlyList<SamplePage> Lab { get; } =
    [
        new("/lab/"),
        new("/lab/missing") { Status = 404, Error = ErrorCode.Http4xx },
        new("/lab/loop") { Status = 302, Error = ErrorCode.RedirectLoop },
        new("/error") { Status = 500, Error = ErrorCode.Http5xx },
        new("/flaky") { Status = 503 },
    ];
}
