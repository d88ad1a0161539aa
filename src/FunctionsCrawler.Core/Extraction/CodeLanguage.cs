using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Finds the programming language that a page declares for a code block.</summary>
internal static class CodeLanguage
{
    // Sphinx writes div.highlight-python3 > div.highlight > pre; other generators put the class on a different ancestor.
    private const int MaxAncestors = 3;
    private const int MaxLanguageLength = 30;

    private static readonly string[] Prefixes = ["language-", "lang-", "highlight-source-", "highlight-", "src-"];

    // Class names beside which the language stands alone: highlight.js, Pandoc, SyntaxHighlighter.
    private static readonly string[] Companions = ["hljs", "sourceCode", "brush:"];

    // What stands beside these names without being a language.
    private static readonly HashSet<string> NoLanguages = new(StringComparer.OrdinalIgnoreCase)
    {
        "none",
        "default",
        "nohighlight",
        "undefined",
        "notranslate",
        "line-numbers",
        "linenums",
        "numberSource",
        "numberLines",
        "wrap",
        "chroma",
        "copy",
        "source",
    };

    /// <summary>The language in the page's spelling; empty if none is declared.</summary>
    public static string Of(IElement block)
    {
        // Beside the code there may be a button, but not more code.
        var inner = block.ChildElementCount <= 3 ? block.Children.Where(c => c.LocalName is "code").ToList() : [];
        var language = inner is [var only] ? DeclaredBy(only) : null;
        IElement? element = block;
        for (var height = 0; language is null && element is not null && height < MaxAncestors; height++)
        {
            language = DeclaredBy(element);
            element = element.ParentElement;
        }
        return language is null || NoLanguages.Contains(language) ? "" : language;
    }

    private static string? DeclaredBy(IElement element)
    {
        if (Valid(element.GetAttribute("data-lang") ?? element.GetAttribute("data-language")) is { } declared)
            return declared;
        if (element.ClassName is not { Length: > 0 } names)
            return null;
        var tokens = names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var token in tokens)
            if (Prefixes.Select(prefix => Valid(After(token, prefix))).FirstOrDefault(l => l is not null) is { } valid)
                return valid;
        return tokens is [var first, var second, ..] && Companions.Contains(first, StringComparer.Ordinal)
            ? Valid(second.TrimEnd(';')) is { } beside && !NoLanguages.Contains(beside)
                ? beside
                : null
            : tokens is ["rust", ..]
                ? tokens[0]
                : null;
    }

    private static string? After(string token, string prefix) =>
        token.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? token[prefix.Length..] : null;

    private static string? Valid(string? language) =>
        language is { Length: > 0 and <= MaxLanguageLength }
        && language.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '#' or '-' or '_' or '.')
            ? language
            : null;
}
