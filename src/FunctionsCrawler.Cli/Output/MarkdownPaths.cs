using System.IO.Hashing;
using System.Text;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Which file a page's Markdown goes to: <c>&lt;host&gt;/&lt;path&gt;.md</c>, each page its own.</summary>
internal sealed class MarkdownPaths
{
    private const int MaxSegment = 120;

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
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Safe);
        var name = string.Join('/', segments.Prepend(Safe(host)));
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
        return text.Length <= MaxSegment ? text : $"{text[..MaxSegment]}~{Hash(text)}";
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(XxHash64.Hash(Encoding.UTF8.GetBytes(text)))[..8];
}
