using System.Net;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>The common layout of the sample site's pages: head, navigation, links to the previous and next page.</summary>
/// <param name="fragments">The content of the pages by path, each with an h1 and a lead paragraph.</param>
internal sealed partial class SampleLayout(IReadOnlyDictionary<string, string> fragments)
{
    /// <summary>The paths in the navigation, in reading order.</summary>
    private readonly string[] _order =
    [
        .. SamplePages
            .Main.Where(page => !page.OnlyRendered && !page.Path.Contains('?', StringComparison.Ordinal))
            .Select(page => Uri.UnescapeDataString(page.Path))
            .Where(fragments.ContainsKey),
    ];

    /// <summary>The complete document for a path.</summary>
    public string Wrap(string path)
    {
        var title = TitleOf(path);
        var description = Lead().Match(fragments[path]).Groups["text"].Value;
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>{title} · Tidewater</title>
            <meta name="description" content="{description}">
            <meta property="og:title" content="{title}">
            <link rel="canonical" href="{HrefOf(path)}">
            <link rel="icon" href="/assets/mark.svg">
            <link rel="stylesheet" href="/assets/site.css">
            </head>
            <body>
            <header>
            <a href="/">Tidewater</a>
            <a href="/guide/">Guide</a>
            <a href="/api/">API</a>
            <a href="/files/">Downloads</a>
            <a href="/js/">Scripts</a>
            <a href="/hostile/">Odd corners</a>
            </header>
            <div class="columns">
            {Sidebar(path)}
            <main>
            {fragments[path]}
            {Neighbours(path)}
            </main>
            </div>
            <footer>Tidewater is made up: a site to try a crawler on.</footer>
            </body>
            </html>
            """;
    }

    private string Sidebar(string path)
    {
        var section = path[..(path.IndexOf('/', 1) + 1)];
        var items = _order
            .Where(page => section.Length > 0 && page.StartsWith(section, StringComparison.Ordinal))
            .Select(page =>
                $"<li>{Link(page, string.Equals(page, path, StringComparison.Ordinal) ? " aria-current=\"page\"" : "")}</li>"
            );
        var list = string.Join('\n', items);
        return list.Length == 0 ? "" : $"<aside><nav aria-label=\"Section\"><ul>\n{list}\n</ul></nav></aside>";
    }

    private string Neighbours(string path)
    {
        var at = Array.IndexOf(_order, path);
        if (at < 1)
            return "";
        var before = Link(_order[at - 1], " rel=\"prev\"");
        var after = at + 1 < _order.Length ? Link(_order[at + 1], " rel=\"next\"") : "";
        return $"<nav class=\"turn\" aria-label=\"Pages\">{before} {after}</nav>";
    }

    private string Link(string path, string attributes) =>
        $"<a href=\"{HrefOf(path)}\"{attributes}>{TitleOf(path)}</a>";

    private string TitleOf(string path) => Heading().Match(fragments[path]).Groups["text"].Value;

    private static string HrefOf(string path) =>
        WebUtility.HtmlEncode(path.Replace(" ", "%20", StringComparison.Ordinal));

    [GeneratedRegex("^<h1>(?<text>.*?)</h1>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Heading();

    [GeneratedRegex("<p class=\"lead\">(?<text>.*?)</p>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Lead();
}
