namespace FunctionsCrawler.Crawls;

/// <summary>The media types of artifacts, by the extensions of their names: stores keep no media types.</summary>
internal static class ArtifactTypes
{
    private static readonly (string Extension, string ContentType)[] Types =
    [
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("webp", "image/webp"),
        ("pdf", "application/pdf"),
        ("html", "text/html"),
        ("mhtml", "multipart/related"),
        ("json", "application/json"),
        (ArchiveExtensions.Warc, "application/gzip"),
        (ArchiveExtensions.Index, "application/octet-stream"),
    ];

    /// <summary>The extension of a media type, without the dot.</summary>
    public static string ExtensionOf(string contentType) =>
        Array.Find(Types, t => string.Equals(t.ContentType, contentType, StringComparison.Ordinal)).Extension ?? "bin";

    /// <summary>The media type of an artifact.</summary>
    public static string Of(string name) =>
        Array.Find(Types, t => name.EndsWith("." + t.Extension, StringComparison.Ordinal)).ContentType
        ?? "application/octet-stream";
}

/// <summary>The extensions of the two files of an archive.</summary>
internal static class ArchiveExtensions
{
    public const string Warc = "warc.gz";
    public const string Index = "cdxj";
}
