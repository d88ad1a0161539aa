namespace FunctionsCrawler.Urls;

/// <summary>
/// Where the content of a page is served without the page around it. Pages of files on GitHub are an application; the file
/// itself is on another host.
/// </summary>
internal static class GitHubFiles
{
    private const string RawHost = "https://raw.githubusercontent.com";

    /// <summary>The URL of the file that a page of GitHub shows: "/owner/repo/blob/main/a.md". Null for every other page.</summary>
    /// <param name="page">A normalised URL.</param>
    public static Uri? FindRaw(Uri page)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (page is not { Scheme: "https" or "http", IsDefaultPort: true, Host: "github.com" or "www.github.com" })
            return null;
        // "", owner, repository, "blob", branch, path…
        var parts = page.AbsolutePath.Split('/', 6);
        return
            parts
                is [
                    "",
                    { Length: > 0 } owner,
                    { Length: > 0 } repository,
                    "blob",
                    { Length: > 0 } branch,
                    { Length: > 0 } path,
                ]
            ? new Uri($"{RawHost}/{owner}/{repository}/{branch}/{path}")
            : null;
    }
}
