using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Preformatted text and the language it is written in.</summary>
internal static class CodeText
{
    // Sphinx: div.highlight-python3 > div.highlight > pre; others put the class on a wrapper of their own.
    private const int LanguageSearchHeight = 3;
    private const int LongestLanguage = 30;

    public static string Of(IElement element)
    {
        var code = new StringBuilder();
        Append(element, code);
        // A carriage return from a character reference would end the line inside the fence.
        return code.Replace("\r\n", "\n").Replace('\r', '\n').ToString().TrimEnd('\n', ' ', '\t');
    }

    public static string LanguageOf(IElement block)
    {
        var inner = block.FirstElementChild;
        var language = block.ChildNodes.Length <= 3 && inner is { LocalName: "code" } ? DeclaredBy(inner) : null;
        IElement? element = block;
        for (var height = 0; language is null && element is not null && height < LanguageSearchHeight; height++)
        {
            language = DeclaredBy(element);
            element = element.ParentElement;
        }
        return language is null or "none" or "default" or "nohighlight" or "undefined" ? "" : language;
    }

    private static void Append(IElement element, StringBuilder code)
    {
        var children = element.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text)
                code.Append(text.Data);
            if (children[i] is not IElement child || Visibility.IsHidden(child))
                continue;
            if (child.LocalName is "br")
                code.Append('\n');
            else if (ElementKinds.IsBlock(child))
            {
                NewLine(code);
                Append(child, code);
                NewLine(code);
            }
            else
                Append(child, code);
        }
    }

    private static void NewLine(StringBuilder code)
    {
        if (code.Length > 0 && code[^1] != '\n')
            code.Append('\n');
    }

    private static string? DeclaredBy(IElement element)
    {
        if (Valid(element.GetAttribute("data-lang") ?? element.GetAttribute("data-language")) is { } declared)
            return declared;
        if (element.ClassName is not { Length: > 0 } names)
            return null;
        var tokens = names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var token in tokens)
        {
            var language =
                After(token, "language-")
                ?? After(token, "lang-")
                ?? After(token, "highlight-source-")
                ?? After(token, "highlight-");
            if (Valid(language) is { } valid)
                return valid;
        }
        // highlight.js, Pandoc and rustdoc name the language beside their own class.
        return tokens is ["hljs" or "sourceCode", var second] ? Valid(second)
            : tokens is ["rust", ..] ? tokens[0]
            : null;
    }

    private static string? After(string token, string prefix) =>
        token.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? token[prefix.Length..] : null;

    private static string? Valid(string? language) =>
        language is { Length: > 0 and <= LongestLanguage }
        && language.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '#' or '-' or '_' or '.')
            ? language
            : null;
}
