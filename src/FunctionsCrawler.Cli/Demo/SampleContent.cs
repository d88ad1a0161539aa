using System.Collections.Frozen;
using System.Text;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>A file of the sample site.</summary>
internal sealed record SampleFile(string ContentType, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The files below Demo/Site, by the path and query under which they are served: <c>guide/index.html</c> is
/// <c>/guide/</c>, <c>guide/install.html</c> is <c>/guide/install</c>, and <c>api/errors@page=2.html</c> is
/// <c>/api/errors?page=2</c>. HTML fragments are wrapped in the site's layout.
/// </summary>
internal sealed class SampleContent
{
    /// <summary>The project file puts this before the names of the embedded files.</summary>
    private const string Prefix = "site";

    private const string Html = "text/html; charset=utf-8";

    private readonly FrozenDictionary<string, SampleFile> _files;

    public SampleContent()
    {
        var sources = typeof(SampleContent)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(PathOf, name => new SampleFile(TypeOf(name), Read(name)), StringComparer.Ordinal);
        var fragments = sources
            .Where(source => IsFragment(source.Value))
            .ToDictionary(source => source.Key, source => TextOf(source.Value), StringComparer.Ordinal);
        var layout = new SampleLayout(fragments);
        _files = sources.ToFrozenDictionary(
            source => source.Key,
            source => fragments.ContainsKey(source.Key) ? Page(layout.Wrap(source.Key)) : source.Value,
            StringComparer.Ordinal
        );
    }

    /// <summary>The file for an unescaped path and query; null if there is none. Unknown queries are ignored.</summary>
    public SampleFile? Find(string path, string query) =>
        _files.GetValueOrDefault(path + query) ?? _files.GetValueOrDefault(path);

    /// <summary>File names contain @ instead of the query's question mark, which Windows does not allow.</summary>
    private static string PathOf(string resource)
    {
        var path = resource[Prefix.Length..].Replace('\\', '/').Replace('@', '?');
        if (path.EndsWith("/index.html", StringComparison.Ordinal))
            return path[..^"index.html".Length];
        return path.EndsWith(".html", StringComparison.Ordinal) ? path[..^".html".Length] : path;
    }

    private static string TypeOf(string resource) =>
        Path.GetExtension(resource) switch
        {
            ".html" => Html,
            ".css" => "text/css",
            ".json" => "application/json",
            ".png" => "image/png",
            ".svg" => "image/svg+xml",
            ".txt" => "text/plain; charset=utf-8",
            ".zip" => "application/zip",
            var other => throw new NotSupportedException($"{resource}: the content type of {other} is not known."),
        };

    private static byte[] Read(string resource)
    {
        using var stream = typeof(SampleContent).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static bool IsFragment(SampleFile file) => file.Bytes.Span.StartsWith("<h1>"u8);

    private static string TextOf(SampleFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    private static SampleFile Page(string html) => new(Html, Encoding.UTF8.GetBytes(html));
}
