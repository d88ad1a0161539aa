using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Changes a parsed document so that all readers see what its scripts and style sheets would show in the end: the panels of
/// tabs, images that load late, one form of each formula, the documents inside it.
/// </summary>
internal static class DocumentPreparation
{
    private const string SourceScript = "script[type^='math/tex']";
    private const string WithMathBeside = ".katex-html, mjx-math, .MathJax_Preview";
    private const string OutputOfSources =
        ".MathJax_Preview, .MathJax, .MathJax_Display, .MathJax_SVG, .MathJax_SVG_Display, .MathJax_CHTML, .MJXc-display";
    private const string OfWikipedia = ".mwe-math-element";

    /// <summary>Prepares a document. Takes linear time.</summary>
    /// <param name="document">The document.</param>
    /// <param name="parse">Parses a document inside it, within the limits of the whole.</param>
    public static void Apply(IDocument document, Func<string, IDocument?> parse)
    {
        EmbeddedDocuments.Insert(document, parse);
        HiddenContent.Reveal(document);
        LazyImages.Resolve(document);
        HideCopiesOfFormulas(document);
    }

    // KaTeX and MathJax write each formula in several forms: for the eye, for screen readers, and as its source. The one with
    // the most meaning stays.
    private static void HideCopiesOfFormulas(IDocument document)
    {
        // Each search visits all elements, and most documents have no formula.
        if (document.QuerySelector($"{SourceScript}, {WithMathBeside}, {OfWikipedia}") is null)
            return;
        var hasSources = document.QuerySelector(SourceScript) is not null;
        foreach (var element in document.QuerySelectorAll(WithMathBeside))
            if (element.LocalName is "mjx-math" ? HasSibling(element, "mjx-assistive-mml") : HasMathBeside(element))
                element.SetAttribute("hidden", "");
        if (hasSources)
            foreach (var element in document.QuerySelectorAll(OutputOfSources))
                element.SetAttribute("hidden", "");
        // Wikipedia hides the MathML and shows an image of it.
        foreach (var element in document.QuerySelectorAll(OfWikipedia))
        {
            foreach (var part in element.Children)
                if (part.LocalName is "img" && element.QuerySelector("math") is not null)
                    part.SetAttribute("hidden", "");
                else
                    part.RemoveAttribute("style");
        }
    }

    private static bool HasMathBeside(IElement element) =>
        HasSibling(element, "math") || HasSibling(element, "katex-mathml");

    private static bool HasSibling(IElement element, string name) =>
        element.ParentElement is { ChildElementCount: <= 8 } parent
        && parent.Children.Any(other =>
            other.LocalName.Equals(name, StringComparison.Ordinal) || other.ClassList.Contains(name)
        );
}
