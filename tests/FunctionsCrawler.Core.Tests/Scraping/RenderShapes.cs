using System.Globalization;

namespace FunctionsCrawler.Core.Tests.Scraping;

/// <summary>A shape of pages, labelled: whether their content is there only after scripts have run.</summary>
/// <param name="Name">The folder of its pages.</param>
/// <param name="Needs">Whether page <c>n</c> needs rendering.</param>
/// <param name="Html">Page <c>n</c> as the server sends it.</param>
internal sealed record RenderShape(string Name, Func<int, bool> Needs, Func<int, string> Html)
{
    /// <inheritdoc cref="RenderShapes.Word"/>
    public string Content(int n) => RenderShapes.Word(Name, n);
}

/// <summary>The labelled shapes. Each has scripts of its own, as the pages of one site have.</summary>
internal static class RenderShapes
{
    private const string Analytics = "<script>window.q = window.q || []; q.push(['page', location.pathname]);</script>";

    /// <summary>The word that only page n of a shape has.</summary>
    public static string Word(string name, int n) =>
        string.Create(CultureInfo.InvariantCulture, $"content{name.Replace("-", "", StringComparison.Ordinal)}{n}");

    /// <summary>The content of a page: a heading and paragraphs of about 1,000 characters.</summary>
    public static string Article(string name, int n) =>
        $"<h1>The {name} page {n}</h1><p>{Word(name, n)} opens the text of this page.</p>" + Paragraphs(n);

    public static IReadOnlyList<RenderShape> All { get; } = [.. AsSent(), .. Built(), .. Late(), .. Gated()];

    // The content is in what the server sends.
    private static IEnumerable<RenderShape> AsSent()
    {
        yield return Sent("plain", a => a);
        yield return Sent("analytics", a => a + Analytics + "<script src='/js/analytics.js' async></script>");
        yield return Sent("theme", a => a + "<script>document.documentElement.dataset.theme = 'dark';</script>");
        yield return Sent(
            "structured-data",
            a => a + "<script type='application/ld+json'>{\"@type\":\"Article\"}</script>"
        );
        yield return Sent("import-map", a => a + "<script type='importmap'>{\"imports\":{}}</script>");
        yield return Sent("hydrated", a => $"<div id='__next'>{a}</div>" + State("__NEXT_DATA__") + Rewrite("__next"));
        yield return Sent(
            "hydrated-nuxt",
            a => $"<div id='__nuxt'>{a}</div>" + State("__NUXT_DATA__") + Rewrite("__nuxt")
        );
        yield return Sent("noscript-banner", a => "<noscript>Enable JavaScript for search.</noscript>" + a + Analytics);
        yield return Sent(
            "hidden-spinner",
            a => "<div class='spinner' hidden></div>" + a + "<script>let busy = 0;</script>"
        );
        yield return Sent(
            "template-code",
            a => a + "<pre><code>&lt;p&gt;{{ title }}&lt;/p&gt;</code></pre>" + Analytics
        );
        yield return Sent("template-prose", a => a + "<p>Write {{ title }} there.</p><script>let colour = 1;</script>");
        yield return Sent(
            "clock",
            a => a + "<footer id=c></footer><script>c.textContent = new Date().toISOString();</script>"
        );
        yield return Sent("tooltips", a => a + "<x-tip>a tip</x-tip><script>customElements.get('x-tip');</script>");
        yield return Sent(
            "menu",
            a => "<nav><button id=m>Menu</button></nav>" + a + "<script>m.onclick = () => m.hidden = true;</script>"
        );
        yield return Sent(
            "lazy-images",
            a =>
                a
                + "<img data-src='/a.png' alt='A map'><script>for (const i of document.images) i.src = i.dataset.src;</script>"
        );
        yield return Sent(
            "chat-widget",
            a => a + "<div id=app></div><script>document.getElementById('app').textContent = 'Chat';</script>"
        );
        yield return Sent(
            "last-update",
            a => a + "<p id=u></p><script>u.textContent = 'Last update: ' + document.lastModified;</script>"
        );
        // A short page, which looks like one whose content is missing.
        yield return new RenderShape(
            "short-note",
            _ => false,
            n =>
                Html(
                    "short-note",
                    $"<h1>Note {n}</h1><p>{Word("short-note", n)} is all there is.</p>"
                        + Analytics
                        + "<script>let note;</script>"
                )
        );
    }

    // Scripts build the content from data that the page has, or that is loaded at once.
    private static IEnumerable<RenderShape> Built()
    {
        yield return Empty("spa-inline", n => $"<div id='root'></div>{Build("spa-inline", n, "#root")}");
        yield return Empty("spa-fetch", n => $"<div id='app'></div>{Load("spa-fetch", n, "#app")}");
        yield return Empty(
            "spa-skeleton",
            n =>
                "<div id='app'><div class='skeleton-line'></div><div class='skeleton-line'></div></div>"
                + Load("spa-skeleton", n, "#app")
        );
        yield return Empty("empty-main", n => $"<header>The site</header><main></main>{Load("empty-main", n, "main")}");
        yield return Empty(
            "needs-scripts",
            n =>
                "<noscript>You need to enable JavaScript to run this app.</noscript><section id=s></section>"
                + Load("needs-scripts", n, "#s")
        );
        yield return Empty(
            "few-words",
            n => $"<p id=w></p><script>w.textContent = '{Word("few-words", n)} done';</script>"
        );
        yield return Empty("unnamed-root", n => $"<div class=x1></div>{Load("unnamed-root", n, ".x1")}");
        yield return Empty(
            "template-in-page",
            n => $"<div id=t><h1>{{{{ title }}}}</h1><p>{{{{ body }}}}</p></div>{Build("template-in-page", n, "#t")}"
        );
        yield return Empty("x-text", n => $"<p x-text='body'></p>{Build("x-text", n, "p")}");
        yield return Empty(
            "custom-element",
            n =>
                "<doc-body></doc-body><script>customElements.define('doc-body', class extends HTMLElement {"
                + $"connectedCallback() {{ this.innerHTML = {Quoted("custom-element", n)}; }} }});</script>"
        );
        yield return Empty(
            "shadow-root",
            n =>
                "<doc-shadow></doc-shadow><script>customElements.define('doc-shadow', class extends HTMLElement {"
                + "connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = "
                + $"{Quoted("shadow-root", n)}; }} }});</script>"
        );
        yield return Empty("written", n => $"<h2>A book</h2><script>document.write({Quoted("written", n)});</script>");
        // Of one site, some pages are rendered by the server and some are not.
        yield return new RenderShape(
            "mixed",
            n => n % 2 == 0,
            n =>
                Html(
                    "mixed",
                    n % 2 == 0
                        ? $"<div id='root'></div>{Load("mixed", n, "#root")}"
                        : $"<div id='root'>{Article("mixed", n)}</div>{Load("mixed", n, "#nowhere")}"
                )
        );
    }

    // There is much text at first, but the content comes later.
    private static IEnumerable<RenderShape> Late()
    {
        yield return Part("late-table", "<table><tbody id=rows></tbody></table>", "#rows");
        yield return Part("late-island", "<div data-island='specification'></div>", "[data-island]");
        yield return Part("late-loading", "<section id=part><p>Loading…</p></section>", "#part");
        yield return Part("late-busy", "<section aria-busy=true></section>", "[aria-busy]");
        yield return Part("late-fragment", "<div hx-get='/part' hx-trigger='load'></div>", "[hx-get]");
        yield return Empty(
            "late-timer",
            n =>
                "<div id=later>Please wait…</div>"
                + $"<script>setTimeout(() => later.innerHTML = {Quoted("late-timer", n)}, 300);</script>"
        );
    }

    // The server or the page sends visitors elsewhere first.
    private static IEnumerable<RenderShape> Gated()
    {
        yield return Empty(
            "scripted-redirect",
            n => $"<p>One moment</p><script>location.replace('/content/scripted-redirect/{n}');</script>"
        );
        yield return Empty(
            "meta-refresh",
            n => $"<meta http-equiv='Refresh' content='0; url=/content/meta-refresh/{n}'><p>One moment</p>"
        );
        yield return Empty("cookie-gate", _ => "<p>Checking</p>" + Gate);
        // Sent with status 403.
        yield return Empty("challenge", _ => "<p>Checking your browser</p>" + Gate);
    }

    private const string Gate = "<script>document.cookie = 'passed=1; path=/'; location.reload();</script>";

    private static RenderShape Sent(string name, Func<string, string> body) =>
        new(name, _ => false, n => Html(name, body(Article(name, n))));

    private static RenderShape Empty(string name, Func<int, string> body) =>
        new(name, _ => true, n => Html(name, body(n)));

    private static RenderShape Part(string name, string part, string target) =>
        new(
            name,
            _ => true,
            n => Html(name, $"<article><h1>Introduction {n}</h1>{Paragraphs(n)}{part}</article>{Load(name, n, target)}")
        );

    private static string Html(string name, string body) =>
        $"<!DOCTYPE html><html lang=en><title>{name}</title><body>{body}</body></html>";

    private static string Build(string name, int n, string target) =>
        $"<script>document.querySelector('{target}').innerHTML = {Quoted(name, n)};</script>";

    private static string Load(string name, int n, string target) =>
        $"<script>fetch('/content/{name}/{n}').then(r => r.text()).then(t => {{ const e = document.querySelector('{target}');"
        + "if (e) e.innerHTML = t; });</script>";

    private static string Quoted(string name, int n) => $"`{Article(name, n)}`";

    private static string State(string id) => $"<script id='{id}' type='application/json'>{{\"page\":1}}</script>";

    private static string Rewrite(string root) =>
        $"<script>const r = document.getElementById('{root}'); r.innerHTML = r.innerHTML;</script>";

    private static string Paragraphs(int n) =>
        string.Concat(
            Enumerable
                .Range(0, 10)
                .Select(i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"<p>Paragraph {i} of page {n} explains how the pump of the garden is started, stopped and cleaned.</p>"
                    )
                )
        );
}
