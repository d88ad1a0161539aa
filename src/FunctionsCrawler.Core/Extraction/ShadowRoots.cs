using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Parses declarative shadow roots (HTML standard, 4.12.3, shadowrootmode) as elements of their host, so that what they hold is
/// content like any other. Other templates stay templates, which show nothing.
/// </summary>
internal static partial class ShadowRoots
{
    /// <summary>The name of the element that stands for a shadow root.</summary>
    public const string Root = "shadow-root";

    private const string Template = "template";

    // Raw text can name templates without being markup.
    private static readonly (string Open, string Close)[] Skipped =
    [
        ("<!--", "-->"),
        ("<script", "</script"),
        ("<style", "</style"),
        ("<textarea", "</textarea"),
        ("<title", "</title"),
    ];

    /// <summary>Renames the templates of a document that are shadow roots.</summary>
    public static string Rename(string html)
    {
        if (!html.Contains("shadowrootmode", StringComparison.OrdinalIgnoreCase))
            return html;
        var renamed = new StringBuilder(html.Length + 64);
        var open = new Stack<bool>();
        var (start, at) = (0, 0);
        while (html.IndexOf('<', at) is var tag && tag >= 0)
        {
            at = EndOfSkipped(html, tag);
            if (at > tag)
                continue;
            at = tag + 1;
            var name = at < html.Length && html[at] == '/' ? at + 1 : at;
            if (
                !IsAt(html, name, Template)
                || (name + Template.Length < html.Length && IsNameChar(html[name + Template.Length]))
            )
                continue;
            bool isRoot;
            if (name == at)
                open.Push(isRoot = Mode().IsMatch(html.AsSpan(tag, Math.Min(html.Length - tag, 1000))));
            else
                open.TryPop(out isRoot);
            if (!isRoot)
                continue;
            renamed.Append(html, start, name - start).Append(Root);
            start = at = name + Template.Length;
        }
        return renamed.Append(html, start, html.Length - start).ToString();
    }

    /// <summary>The shadow root of an element; null if it has none.</summary>
    public static IElement? Of(INode host)
    {
        var children = host.ChildNodes;
        for (var i = 0; i < children.Length; i++)
            if (children[i] is IElement { LocalName: Root } root)
                return root;
        return null;
    }

    private static int EndOfSkipped(string html, int at)
    {
        foreach (var (opening, closing) in Skipped)
            if (IsAt(html, at, opening))
            {
                var end = html.IndexOf(closing, at + opening.Length, StringComparison.OrdinalIgnoreCase);
                return end < 0 ? html.Length : end + closing.Length;
            }
        return at;
    }

    private static bool IsAt(string html, int at, string text) =>
        string.Compare(html, at, text, 0, text.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsNameChar(char c) => !char.IsWhiteSpace(c) && c is not ('>' or '/');

    [GeneratedRegex(
        """^<template\s[^>]*shadowrootmode\s*=\s*["']?(open|closed)\b""",
        RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture
            | RegexOptions.NonBacktracking
    )]
    private static partial Regex Mode();
}
