using System.Collections.Frozen;

namespace FunctionsCrawler.Urls;

/// <summary>Applies the rules of <see cref="UrlRules"/> that change the path.</summary>
internal static class PathRules
{
    private static readonly FrozenSet<string> IndexFiles = FrozenSet.ToFrozenSet(
        [
            "index.html",
            "index.htm",
            "index.xhtml",
            "index.shtml",
            "index.php",
            "index.asp",
            "index.aspx",
            "index.jsp",
            "default.html",
            "default.htm",
            "default.asp",
            "default.aspx",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Returns the path with the rules applied.</summary>
    /// <param name="path">An absolute, escaped path.</param>
    /// <param name="rules">The rules of the crawl.</param>
    public static string Apply(string path, UrlRules rules)
    {
        if (rules.DropSessionIds)
            path = SessionIds.RemoveFromPath(path);
        var name = path.LastIndexOf('/') + 1;
        if (rules.DropIndexFiles && IndexFiles.Contains(path[name..]))
            path = path[..name];
        return rules.TrailingSlash switch
        {
            SlashRule.Remove when path.Length > 1 => path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/",
            SlashRule.Add when name < path.Length && path.IndexOf('.', name) < 0 => path + "/",
            _ => path,
        };
    }
}
