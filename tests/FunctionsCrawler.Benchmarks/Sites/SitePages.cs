using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Benchmarks.Sites;

/// <summary>
/// Generates documentation-like pages: headings, paragraphs, code, tables, a hundred links, a stylesheet, a script and
/// pictures. Content depends only on the page number, so every run gets the same.
/// </summary>
internal static class SitePages
{
    private const int Sections = 12;

    private static readonly string[] Words =
    [
        .. "a browser that ends with its pages leaves the memory of a worker as it was found while each chunk keeps its own order and every record names the place from which the crawler came to it".Split(
            ' '
        ),
    ];

    /// <summary>Generates a page.</summary>
    /// <param name="number">The number of the page.</param>
    /// <param name="assets">
    /// The path prefix of the files it loads: 0 is a stylesheet, 1 a script, the others are pictures.
    /// </param>
    /// <param name="count">The number of files it loads.</param>
    public static string Html(int number, string assets, int count)
    {
        var html = new StringBuilder();
        html.Append(
            CultureInfo.InvariantCulture,
            $"<!doctype html><html lang=en><meta charset=utf-8><title>Page {number}"
        );
        html.Append(
            CultureInfo.InvariantCulture,
            $"</title><link rel=stylesheet href='{assets}0'><script src='{assets}1' defer></script><nav><ul>"
        );
        for (var link = 0; link < 100; link++)
            html.Append(CultureInfo.InvariantCulture, $"<li><a href='/p/{link}'>{Text(link, 3)}</a></li>");
        html.Append(CultureInfo.InvariantCulture, $"</ul></nav><main><h1>Page {number}</h1>");
        for (var picture = 2; picture < count; picture++)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<img src='{assets}{picture}' alt='Picture {picture}' width=90 height=60>"
            );
        for (var section = 0; section < Sections; section++)
            Section(html, (number * Sections) + section);
        return html.Append("</main></html>").ToString();
    }

    /// <summary>Generates a file that a page loads.</summary>
    public static (string ContentType, string Body) Asset(int kind) =>
        kind switch
        {
            0 => (
                "text/css",
                "nav{float:left;width:14em}main{margin-left:15em}pre{background:#eee;padding:1em}td{border:1px solid}"
            ),
            1 => (
                "text/javascript",
                "const toc = document.querySelector('main').appendChild(document.createElement('ol'));"
                    + "for (const h of document.querySelectorAll('h2')) toc.appendChild(document.createElement('li')).textContent = h.textContent;"
            ),
            _ => (
                "image/svg+xml",
                $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 60'><circle cx='{kind * 9}' cy='30' r='20'/></svg>"
            ),
        };

    private static void Section(StringBuilder html, int seed)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2 id='s{seed}'>{Text(seed, 4)}</h2><p>{Text(seed + 1, 90)}.</p>");
        html.Append(
            CultureInfo.InvariantCulture,
            $"<pre><code class=language-csharp>var {Text(seed, 1)} = new Thing({seed});\nreturn {Text(seed, 1)};</code></pre>"
        );
        html.Append("<table><tr><th>Name</th><th>Meaning</th></tr>");
        for (var row = 0; row < 4; row++)
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td><code>{Text(seed + row, 1)}</code></td><td>{Text(seed + row, 8)}</td></tr>"
            );
        html.Append("</table>");
    }

    private static string Text(int seed, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(i => Words[(seed + (i * (7 + (seed % 5)))) % Words.Length]));
}
