using System.IO.Hashing;
using System.Text;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Maps URLs to Markdown files, <c>&lt;host&gt;/&lt;path&gt;.md</c>; every page gets its own file.</summary>
internal sealed class MarkdownPaths
{
    // File systems allow 255 bytes. A hash, a number and ".md" may follow.
    private const int MaxSegmentBytes = 180;

    // Windows reserves these names for devices, with any extension.
    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly char[] Unsafe = ['<', '>', ':', '"', '|', '?', '*', '\\', '\0'];

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The relative path of a page's file; unique even on case-insensitive file systems.</summary>
    public string For(string url)
    {
        var uri = new Uri(url);
        var host = uri.IsDefaultPort ? uri.Host : $"{uri.Host}_{uri.Port}";
        var path = uri.AbsolutePath.EndsWith('/') ? uri.AbsolutePath + "index" : uri.AbsolutePath;
        // Pages may differ only in the query. A short hash of it keeps the name readable and short.
        if (uri.Query.Length > 0)
            path += "~" + Hash(uri.Query);
        string[] segments = [Safe(host), .. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Safe)];
        var name = string.Join('/', [.. segments[..^1].Select(Folder), segments[^1]]);
        var unique = name;
        for (var n = 2; !_taken.Add(unique); n++)
            unique = $"{name}~{n}";
        return unique + ".md";
    }

    private static string Safe(string segment)
    {
        var text = string.Concat(
            Uri.UnescapeDataString(segment).Select(c => c < ' ' || c == '/' || Unsafe.Contains(c) ? '_' : c)
        );
        // "." and ".." would lead to other folders, and Windows removes trailing dots.
        text = text.TrimEnd('.', ' ') is { Length: > 0 } kept ? kept : "_";
        if (Reserved.Contains(text.Split('.')[0].Trim()))
            text = "_" + text;
        return Encoding.UTF8.GetByteCount(text) <= MaxSegmentBytes ? text : $"{Shortened(text)}~{Hash(text)}";
    }

    // The folder of /a.md/b and the file of /a must not have the same name.
    private static string Folder(string segment) =>
        segment.EndsWith(".md", StringComparison.OrdinalIgnoreCase) ? segment + "_" : segment;

    private static string Shortened(string text)
    {
        var (bytes, end) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxSegmentBytes)
                break;
            end += rune.Utf16SequenceLength;
        }
        return text[..end];
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(XxHash64.Hash(Encoding.UTF8.GetBytes(text)))[..8];
}
