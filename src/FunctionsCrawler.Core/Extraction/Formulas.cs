using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>A formula of a page.</summary>
/// <param name="Tex">Its TeX source, as the page gives it.</param>
/// <param name="IsDisplayed">Whether it stands on a line of its own.</param>
internal readonly record struct Formula(string Tex, bool IsDisplayed);

/// <summary>
/// Finds formulas: MathML (with the TeX it was made from, or converted), sources of MathJax in scripts and in text, and images
/// with TeX as their alternative text.
/// </summary>
internal static class Formulas
{
    // Formulas are short. A math element that swallowed half of a page because its end tag is missing is not one.
    internal const int MaxLength = 10_000;

    private static readonly (string Open, string Close, bool IsDisplayed)[] Delimiters =
    [
        ("$$", "$$", true),
        (@"\[", @"\]", true),
        (@"\(", @"\)", false),
    ];

    /// <summary>Whether a script element holds the source of a formula.</summary>
    public static bool IsSource(IElement script) =>
        script.GetAttribute("type") is { } type && type.StartsWith("math/tex", StringComparison.OrdinalIgnoreCase);

    /// <summary>The formula of a math element or of a script for which <see cref="IsSource"/> is true; null if it is empty.</summary>
    public static Formula? Of(IElement element)
    {
        if (element.LocalName is "script")
            return Checked(
                element.TextContent,
                element.GetAttribute("type")!.Contains("mode=display", StringComparison.OrdinalIgnoreCase)
            );
        var isDisplayed = element.GetAttribute("display") is "block" || IsInDisplay(element);
        return Checked(SourceOf(element) ?? MathMl.ToTex(element), isDisplayed);
    }

    /// <summary>The formula that an image shows, as Sphinx and blogs make them; null for any other image.</summary>
    public static Formula? OfImage(IElement image) =>
        image.ClassName is { Length: > 0 } && image.ClassList.Any(name => name is "math" or "latex" or "tex")
            ? Checked(image.GetAttribute("alt") ?? "", image.ParentElement?.ClassList.Contains("math") is true)
            : null;

    /// <summary>Whether a document marks formulas in its text with TeX's delimiters, for MathJax or KaTeX to find.</summary>
    public static bool AreInText(IDocument? document)
    {
        if (document is null)
            return false;
        foreach (var script in document.QuerySelectorAll("script"))
            if (
                IsSource(script)
                || script.GetAttribute("type") is "text/x-mathjax-config"
                || script.GetAttribute("src") is { } source
                    && (
                        source.Contains("mathjax", StringComparison.OrdinalIgnoreCase)
                        || source.Contains("katex", StringComparison.OrdinalIgnoreCase)
                    )
            )
                return true;
        return document.QuerySelector("span.math, div.math, .arithmatex") is not null;
    }

    /// <summary>Splits text at formulas between <c>$$ $$</c>, <c>\[ \]</c> and <c>\( \)</c>.</summary>
    public static void Split(string text, Action<string> onText, Action<Formula> onFormula)
    {
        var (start, at) = (0, 0);
        var isClosed = new[] { true, true, true };
        while (at < text.Length && text.AsSpan(at).IndexOfAny('$', '\\') is var next && next >= 0)
        {
            at += next;
            var kind = Array.FindIndex(Delimiters, d => string.CompareOrdinal(text, at, d.Open, 0, 2) == 0);
            // Searched for once only: text with many openings and no end must not take quadratic time.
            var end =
                kind >= 0 && isClosed[kind]
                    ? text.IndexOf(Delimiters[kind].Close, Math.Min(at + 2, text.Length), StringComparison.Ordinal)
                    : -1;
            if (kind >= 0)
                isClosed[kind] = end >= 0;
            if (end < 0 || Checked(text[(at + 2)..end], Delimiters[kind].IsDisplayed) is not { } formula)
            {
                at++;
                continue;
            }
            if (at > start)
                onText(text[start..at]);
            onFormula(formula);
            start = at = end + 2;
        }
        if (start < text.Length)
            onText(start == 0 ? text : text[start..]);
    }

    // MathML carries its source as an annotation (KaTeX, Wikipedia, Pandoc), or in an attribute (LaTeXML, MathJax 4).
    private static string? SourceOf(IElement math)
    {
        var semantics = math.Children.FirstOrDefault(child => child.LocalName is "semantics");
        foreach (var annotation in semantics?.Children.Where(child => child.LocalName is "annotation") ?? [])
            if (
                annotation.GetAttribute("encoding") is { } encoding
                && encoding.Contains("tex", StringComparison.OrdinalIgnoreCase)
            )
                return annotation.TextContent;
        return math.GetAttribute("data-latex") ?? math.GetAttribute("alttext");
    }

    private static bool IsInDisplay(IElement math)
    {
        var element = math.ParentElement;
        for (var height = 0; height < 4 && element is not null; height++, element = element.ParentElement)
            if (element.ClassList.Contains("katex-display") || element.GetAttribute("display") is "true")
                return true;
        return false;
    }

    private static Formula? Checked(string tex, bool isDisplayed) =>
        tex.Length <= MaxLength && !string.IsNullOrWhiteSpace(tex) ? new Formula(tex, isDisplayed) : null;
}
