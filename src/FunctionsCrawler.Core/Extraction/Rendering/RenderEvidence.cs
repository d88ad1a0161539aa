using System.Text.RegularExpressions;
using AngleSharp.Dom;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction.Rendering;

/// <summary>
/// Reads from the markup of a page whether a browser would show more. Without scripts it would not. See docs/decisions/0180.
/// </summary>
internal static partial class RenderEvidence
{
    // A page with this much text beside its navigation, in characters, has content: what is missing is a part of it.
    private const int MuchText = 800;

    // A page with less has hardly any content. A notice that JavaScript is needed may be all of it.
    private const int LittleText = 250;

    // An element with less is empty. "Loading…" is no content.
    private const int EmptyText = 20;

    // Of elements that may be nested in each other, so that reading them takes linear time.
    private const int MaxCandidates = 50;

    private const int MaxScript = 20_000;

    private const string Roots =
        "#app, #root, #__next, #__nuxt, #___gatsby, #svelte, #q-app, #react-root, #application, #app-root, #mount, "
        + "app-root, [data-reactroot], [ng-app], [data-ng-app], main, [role=main]";

    private const string Busy =
        "[aria-busy=true], [role=progressbar], .skeleton, .shimmer, .placeholder-glow, .loading, .loader, .spinner, "
        + "[class*=skeleton], [class*=Skeleton], [class*=spinner]";

    private const string Late =
        "[hx-trigger*=load], [hx-trigger*=revealed], [hx-trigger*=intersect], include-fragment[src], turbo-frame[src], "
        + "[data-include], [w3-include-html], [ic-src], [data-load-url], [data-fetch-url], [data-lazy-url]";

    private const string Templates =
        "[v-cloak], [v-for], [v-text], [v-html], [ng-repeat], [data-ng-repeat], [ng-bind], [x-text], [x-html], "
        + "[data-bind*='foreach:'], [data-bind*='text:']";

    /// <summary>Reads a document.</summary>
    public static RenderSigns Read(IDocument document)
    {
        List<IElement> scripts = [.. document.QuerySelectorAll("script").Where(ScriptKey.IsProgram)];
        if (document.Body is not { } body)
            return new RenderSigns(null, null, false);
        var leadsOn = document.QuerySelectorAll("meta[http-equiv]").Any(IsRefresh);
        if (scripts.Count == 0 && !body.HasAttribute("onload"))
            return leadsOn
                ? new RenderSigns(null, RenderReason.Redirect, IsStrong: true)
                : new RenderSigns(null, null, false);
        var length = PageText.Length(body, MuchText, withFrame: false);
        var found = leadsOn ? RenderReason.Redirect : Find(body, scripts, length);
        var isStrong = found is RenderReason.Redirect || length < MuchText;
        return new RenderSigns(
            ScriptKey.Of(body, scripts),
            found,
            IsStrong: found is not (null or RenderReason.LittleText) && isStrong
        );
    }

    // The surest sign first.
    private static RenderReason? Find(IElement body, List<IElement> scripts, int length) =>
        length < LittleText && scripts.Exists(IsRedirect) ? RenderReason.Redirect
        : HasTemplates(body) ? RenderReason.Template
        : HasEmptyRoot(body) ? RenderReason.EmptyRoot
        : length < MuchText && AsksForScripts(body) ? RenderReason.NoScriptMessage
        : IsBusy(body) ? RenderReason.Placeholder
        : HasLateParts(body) ? RenderReason.LateParts
        : length < LittleText ? RenderReason.LittleText
        : null;

    private static bool IsRefresh(IElement meta) =>
        "refresh".Equals(meta.GetAttribute("http-equiv")?.Trim(), StringComparison.OrdinalIgnoreCase)
        && meta.GetAttribute("content")?.Contains("url", StringComparison.OrdinalIgnoreCase) is true;

    private static bool IsRedirect(IElement script)
    {
        var text = script.TextContent;
        return LeadsOn().IsMatch(text.Length > MaxScript ? text[..MaxScript] : text);
    }

    // Braces in code are examples.
    private static bool HasTemplates(IElement body) =>
        body.QuerySelectorAll(Templates).Take(MaxCandidates).Any(e => !IsInCode(e))
        || (
            body.TextContent.Contains("{{", StringComparison.Ordinal)
            && body.QuerySelectorAll("h1, h2, h3, p, li, td, a, span, div")
                .Where(e => ShortText.Of(e) is { } text && Braces().IsMatch(text))
                .Take(MaxCandidates)
                .Any(e => !IsInCode(e))
        );

    private static bool IsInCode(IElement element) =>
        element.Closest("pre, code, script, template, noscript") is not null;

    private static bool HasEmptyRoot(IElement body) =>
        body.QuerySelectorAll(Roots)
            .Take(MaxCandidates)
            .Any(root =>
                !Visibility.IsHidden(root)
                && PageText.Length(root, EmptyText, withFrame: true) < EmptyText
                && !PageText.HasMedia(root)
            );

    private static bool AsksForScripts(IElement body) =>
        body.QuerySelectorAll("noscript")
            .Any(e => e.TextContent.Contains("script", StringComparison.OrdinalIgnoreCase));

    private static bool IsBusy(IElement body) =>
        body.QuerySelectorAll(Busy)
            .Take(MaxCandidates)
            .Any(e =>
                !Visibility.IsHidden(e) && !IsInCode(e) && PageText.Length(e, EmptyText, withFrame: true) < EmptyText
            )
        || body.QuerySelectorAll("p, div, span, h1, h2, li, td, section, article")
            .Any(e => ShortText.Of(e) is { } text && Loading().IsMatch(text));

    private static bool HasLateParts(IElement body) =>
        body.QuerySelectorAll(Late)
            .Take(MaxCandidates)
            .Any(e => PageText.Length(e, EmptyText, withFrame: true) < EmptyText)
        || body.QuerySelectorAll("*")
            .Any(e =>
                e.LocalName.Contains('-', StringComparison.Ordinal)
                && e.LocalName is not (ShadowRoots.Root or EmbeddedDocuments.Root)
                && !e.HasChildNodes
                && !Visibility.IsHidden(e)
            );

    [GeneratedRegex(
        @"\blocation\s*(\.\s*(href|replace|assign)\s*)?[=(](?!=)|\blocation\s*\.\s*reload\s*\(",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex LeadsOn();

    [GeneratedRegex(
        @"\{\{[^{}]{1,80}\}\}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Braces();

    [GeneratedRegex(
        @"^\s*(loading|please wait|lädt|wird geladen|chargement|cargando|caricamento|carregando|загрузка|読み込み中|加载中)[\s\w]{0,20}[.…]{0,3}\s*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Loading();
}
