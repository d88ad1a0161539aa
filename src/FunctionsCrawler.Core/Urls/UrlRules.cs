namespace FunctionsCrawler.Urls;

/// <summary>Which spellings of a URL a crawl treats as the same page, beyond what RFC 3986 says.</summary>
internal sealed record UrlRules
{
    /// <summary>No rule is on.</summary>
    public static UrlRules None { get; } = new();

    /// <summary>Only fragments that are routes are kept.</summary>
    public static UrlRules HashRoutes { get; } = new() { KeepHashRoutes = true };

    /// <summary>Whether query parameters that only track visitors are removed.</summary>
    public bool DropTrackingParameters { get; init; }

    /// <summary>Whether session ids in the path and the query are removed.</summary>
    public bool DropSessionIds { get; init; }

    /// <summary>Whether the whole query is removed.</summary>
    public bool DropQuery { get; init; }

    /// <summary>Whether the name of a folder's index file is removed: "/a/index.html" becomes "/a/".</summary>
    public bool DropIndexFiles { get; init; }

    /// <summary>What happens to a slash at the end of a path.</summary>
    public SlashRule TrailingSlash { get; init; }

    /// <summary>Whether a fragment that is a route of an application in the page is kept: "#/guide", "#!guide".</summary>
    public bool KeepHashRoutes { get; init; }

    /// <summary>Whether a fragment, with its "#", is a route. "#/", "#!" and "#!/" are the start page itself.</summary>
    public static bool IsRoute(string fragment) =>
        (fragment.StartsWith("#/", StringComparison.Ordinal) && fragment.Length > 2)
        || (fragment.StartsWith("#!", StringComparison.Ordinal) && fragment is not ("#!" or "#!/"));
}

/// <summary>What happens to a slash at the end of a path. The root has one in any case.</summary>
internal enum SlashRule
{
    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It is added unless the last segment has an extension.</summary>
    Add,

    /// <summary>It is removed.</summary>
    Remove,
}
