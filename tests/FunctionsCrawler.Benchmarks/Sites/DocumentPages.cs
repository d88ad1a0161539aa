using System.Globalization;
using System.Text;
using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Sites;

/// <summary>
/// Generates pages with the size and the markup of real documentation: navigation, highlighted code, tables, lists,
/// definitions and notes. A page depends only on its number and the number of pages.
/// </summary>
/// <param name="count">The number of pages of the site. Each is at most two links away from page 0.</param>
internal sealed class DocumentPages(int count)
{
    private const int ChapterSize = 20;
    private const int FewestSections = 9;
    private const int DenseLinks = 1500;

    /// <summary>The number of sections that makes pages of average size.</summary>
    public const int AverageSections = 14;

    private static readonly string[] Words =
    [
        .. (
            "a the of to and in for with is are not that this each when which by from as it on at be value option request response "
            + "session handler module package client server connection timeout buffer stream thread worker queue message event "
            + "callback exception error default argument parameter object instance method function class property returns raises "
            + "creates reads writes closes opens sends receives parses encodes decodes before after during until unless because "
            + "called given named used shared cached bound pending current first last next several most large small empty safe"
        ).Split(' '),
    ];

    /// <summary>A page of 40 to 100 KB.</summary>
    /// <param name="number">The number of the page, from 0.</param>
    /// <param name="sections">The number of its sections; null: between 9 and 19, depending on the page.</param>
    public string Html(int number, int? sections = null) => Page(number, Body(number, sections));

    /// <summary>What <see cref="Html"/> has in its body, for a script that puts it there.</summary>
    public string Body(int number, int? sections = null) =>
        Body(
            number,
            (html, random) =>
            {
                for (var n = sections ?? FewestSections + random.Next(11); n > 0; n--)
                    Section(html, random, n);
            }
        );

    /// <summary>An index of terms with 1,500 links to places in other pages.</summary>
    public string Index(int number) =>
        Page(
            number,
            Body(
                number,
                (html, random) =>
                {
                    html.Append("<ul class=index>");
                    for (var link = 0; link < DenseLinks; link++)
                        Write(
                            html,
                            $"<li><a href=\"/p/{(number + link) % count}#t{link}\">{Text(random, 2)}</a> (<code>{Word(random)}</code>)</li>\n"
                        );
                    html.Append("</ul>");
                }
            )
        );

    /// <summary>A page without content, whose script loads <see cref="Body(int, int?)"/> and shows it.</summary>
    public static string Shell(int number) =>
        $"<!doctype html><html lang=en><head><meta charset=utf-8><title>Loading…</title><link rel=stylesheet href=/s/site.css>"
        + $"</head><body><div id=app data-page={number.ToString(CultureInfo.InvariantCulture)}></div><script src=/s/app.js></script></body></html>";

    /// <summary>A file that pages load; null if there is none of this name.</summary>
    public static (string ContentType, string Body)? File(string name) =>
        name switch
        {
            "site.css" => (
                "text/css",
                "body{margin:0;font:16px sans-serif}nav{float:left;width:16em}main{margin-left:17em;max-width:50em}pre{background:#eee;padding:1em}"
                    + "td,th{border:1px solid;padding:.3em}.note{border-left:4px solid #06c;padding-left:1em}.k{color:#00c}.s{color:#080}.c{color:#777}"
            ),
            "site.js" => (
                "text/javascript",
                "document.documentElement.classList.add('js');for(const h of document.querySelectorAll('h2'))h.addEventListener('click',()=>location.hash=h.id);"
            ),
            "app.js" => (
                "text/javascript",
                "const app=document.getElementById('app');fetch('/d/'+app.dataset.page).then(r=>r.text()).then(html=>{app.innerHTML=html;document.title=document.querySelector('h1').textContent});"
            ),
            "figure.svg" => (
                "image/svg+xml",
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 60'><circle cx='45' cy='30' r='20'/></svg>"
            ),
            _ => null,
        };

    /// <summary>The title and the heading of a page.</summary>
    public static string Title(string number) => $"Topic {number}";

    private static string Page(int number, string body) =>
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        + $"<title>{Title(number)}</title><meta name=description content=\"How {Title(number)} works.\"><link rel=stylesheet href=/s/site.css>"
        + $"<script src=/s/site.js defer></script></head><body>{body}</body></html>";

    private string Body(int number, Action<StringBuilder, SeededRandom> content)
    {
        var random = new SeededRandom(number, stream: 1);
        var html = new StringBuilder(100_000);
        html.Append("<header><a href=/p/0>Documentation</a> <form action=/search><input name=q></form></header>");
        Navigation(html, number);
        Write(html, $"<main><article><h1>{Title(number)}</h1><p>{Text(random, 40)}.</p>");
        html.Append("<img src=/s/figure.svg alt=Overview width=90 height=60>\n");
        content(html, random);
        html.Append("</article></main>");
        Write(html, $"<footer><a href=\"/p/{(number + 1) % count}\">Next</a> Last updated in 2026.</footer>");
        return html.ToString();
    }

    // All chapters, and the pages of this one.
    private void Navigation(StringBuilder html, int number)
    {
        html.Append("<nav><ul>");
        for (var chapter = 0; chapter < count; chapter += ChapterSize)
        {
            Write(html, $"<li><a href=\"/p/{chapter}\">{Title(chapter)}</a>");
            if (chapter == number / ChapterSize * ChapterSize)
            {
                html.Append("<ul>");
                for (var page = chapter + 1; page < Math.Min(chapter + ChapterSize, count); page++)
                    Write(html, $"<li><a href=\"/p/{page}\">{Title(page)}</a></li>");
                html.Append("</ul>");
            }
            html.Append("</li>\n");
        }
        html.Append("</ul></nav>");
    }

    private void Section(StringBuilder html, SeededRandom random, int n)
    {
        Write(html, $"<section><h2 id=\"t{n}\">{Text(random, 4)}<a class=headerlink href=\"#t{n}\">¶</a></h2>\n");
        Write(html, $"<p>{Text(random, 45)} <code>{Word(random)}()</code> {Text(random, 30)}, see ");
        Write(
            html,
            $"<a href=\"/p/{random.Next(count)}\">{Text(random, 3)}</a>. <em>{Text(random, 5)}</em> {Text(random, 25)}.</p>\n"
        );
        Code(html, random);
        Write(
            html,
            $"<div class=note><p><strong>Note</strong> {Text(random, 25)}.</p></div>\n<table><thead><tr><th>Name</th><th>Type</th><th>Meaning</th></tr></thead><tbody>"
        );
        for (var row = 0; row < 6; row++)
            Write(
                html,
                $"<tr><td><code>{Word(random)}_{Word(random)}</code></td><td>{Word(random)}</td><td>{Text(random, 9)}</td></tr>\n"
            );
        html.Append("</tbody></table><dl>");
        for (var term = 0; term < 3; term++)
            Write(
                html,
                $"<dt><code>{Word(random)}.{Word(random)}({Word(random)})</code></dt><dd><p>{Text(random, 20)}.</p></dd>\n"
            );
        html.Append("</dl><ul>");
        for (var item = 0; item < 4; item++)
            Write(html, $"<li>{Text(random, 10)} <code>{Word(random)}</code></li>\n");
        html.Append("</ul></section>\n");
    }

    // As highlighters write it: a span for each token.
    private static void Code(StringBuilder html, SeededRandom random)
    {
        html.Append("<div class=highlight><pre><code class=language-python>");
        for (var line = 0; line < 8; line++)
            Write(
                html,
                $"<span class=k>with</span> <span class=n>{Word(random)}</span><span class=o>.</span><span class=n>{Word(random)}</span><span class=p>(</span><span class=s>&quot;{Text(random, 2)}&quot;</span><span class=p>)</span>  <span class=c># {Text(random, 4)}</span>\n"
            );
        html.Append("</code></pre></div>\n");
    }

    private static string Title(int number) => Title(number.ToString(CultureInfo.InvariantCulture));

    private static string Word(SeededRandom random) => Words[random.Next(Words.Length)];

    private static string Text(SeededRandom random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => Word(random)));

    private static void Write(StringBuilder html, FormattableString text) =>
        html.Append(text.ToString(CultureInfo.InvariantCulture));
}
