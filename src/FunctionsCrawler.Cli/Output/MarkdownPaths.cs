using System.IO.Hashing;
using System.Text;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Which file a page's Markdown goes to: <c>&lt;host&gt;/&lt;path&gt;.md</c>, each page its own.</summary>
internal sealed class MarkdownPaths
{
    // File systems allow 255 bytes; the hash, a number and .md come after it.
    private const int MaxSegmentBytes = 180;

    // Windows keeps these for devices, whatever extension follows.
    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly char[] Unsafe = ['<', '>', ':', '"', '|', '?', '*', '\\', '\0'];

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The relative path of a page's file; never the same twice, also where case does not count.</summary>
    public string For(string url)
    {
        var uri = new Uri(url);
        var host = uri.IsDefaultPort ? uri.Host : $"{uri.Host}_{uri.Port}";
        var path = uri.AbsolutePath.EndsWith('/') ? uri.AbsolutePath + "index" : uri.AbsolutePath;
        // A query makes another page: a short hash keeps the name readable and within limits.
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
        // "." and ".." lead elsewhere, and Windows drops a dot at the end.
        text = text.TrimEnd('.', ' ') is { Length: > 0 } kept ? kept : "_";
        if (Reserved.Contains(text.Split('.')[0].Trim()))
            text = "_" + text;
        return Encoding.UTF8.GetByteCount(text) <= MaxSegmentBytes ? text : $"{Shortened(text)}~{Hash(text)}";
    }

    // The folder of /a.md/b and the file of /a must not have one name.
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
