using System.IO.Compression;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Decodes the content codings that the HTTP handler leaves: aliases (RFC 9110, 8.4.1.3), and all but the last of several.
/// </summary>
internal static class ContentCodings
{
    /// <summary>The codings to ask for, when the handler does not. Servers disagree on what deflate means.</summary>
    public const string Accept = "gzip, br";

    private const int MaxCodings = 3;

    /// <summary>Whether content with this header can be read.</summary>
    /// <param name="header">What is left of Content-Encoding; null if nothing is.</param>
    public static bool AreReadable(string? header) =>
        Of(header) is { Count: <= MaxCodings } codings && codings.All(coding => IsNone(coding) || IsKnown(coding));

    /// <summary>Returns the decoded content. Only for headers that are readable.</summary>
    public static Stream Decode(Stream content, string? header)
    {
        foreach (var coding in Enumerable.Reverse(Of(header)))
            content = coding switch
            {
                "gzip" or "x-gzip" => new GZipStream(content, CompressionMode.Decompress),
                "deflate" => new ZLibStream(content, CompressionMode.Decompress),
                "br" => new BrotliStream(content, CompressionMode.Decompress),
                _ => content,
            };
        return content;
    }

    private static List<string> Of(string? header) =>
        header is null
            ? []
            :
            [
                .. header
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(coding => coding.ToLowerInvariant()),
            ];

    private static bool IsKnown(string coding) => coding is "gzip" or "x-gzip" or "deflate" or "br";

    // Not codings, but sent as such: servers confuse them with transfer encodings and charsets. Browsers ignore them.
    private static bool IsNone(string coding) =>
        coding is "identity" or "none" or "utf-8" or "utf8" or "binary" or "8bit";
}
