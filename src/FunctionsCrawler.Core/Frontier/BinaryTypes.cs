using System.Collections.Frozen;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Frontier;

/// <summary>Recognises images, archives and other downloads by the extension of their URL.</summary>
internal static class BinaryTypes
{
    /// <remarks>
    /// Omitted because URLs of pages end in them: .com, .ai, .so, .app (names of sites and products), .ts (source code), and
    /// data formats that some servers render as pages (.xml, .json, .txt, .md, .csv).
    /// </remarks>
    private static readonly FrozenSet<string> Extensions = Split(
        """
        avif bmp cur eps gif heic heif ico jfif jpe jpeg jpg jxl png psd raw svg svgz tif tiff webp xcf
        7z bz2 cab gz gzip lz lz4 lzma rar tar tbz2 tgz txz xz zip zst
        aac aif aiff flac m4a mid midi mp3 oga ogg opus wav weba wma
        3gp asf avi flv m2ts m3u8 m4v mkv mov mp4 mpeg mpg ogv vob webm wmv
        eot otf ttc ttf woff woff2
        doc docm docx dot dotx epub key mobi odg odp ods odt pdf pot potx pps ppsx ppt pptm pptx ps rtf
        vsd vsdx xls xlsb xlsm xlsx xlt
        apk appimage bin class deb dll dmg dylib exe img ipa iso jar msi msix pkg rpm vhd vhdx vmdk war whl
        css js map mjs wasm
        db nupkg parquet sqlite sqlite3 swf torrent
        """
    );

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Extensions.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the last path segment has the extension of a download. A guess: the server decides the content type.</summary>
    public static bool IsBinary(Uri url)
    {
        var path = url.AbsolutePath.AsSpan();
        var segment = path[(path.LastIndexOf('/') + 1)..];
        var dot = segment.LastIndexOf('.');
        return dot >= 0 && Lookup.Contains(segment[(dot + 1)..]);
    }

    /// <summary>
    /// As <see cref="IsBinary(Uri)"/>, but false for sitemaps, which may be compressed (sitemap.xml.gz), and for documents that
    /// the crawl stores.
    /// </summary>
    /// <param name="url">The URL to check.</param>
    /// <param name="types">The kinds of content that the crawl stores; null if none of them is a download.</param>
    public static bool IsBinary(FrontierUrl url, IReadOnlyList<ContentKind>? types = null)
    {
        if (url.Kind is LinkKind.Sitemap or LinkKind.Seed)
            return false;
        var address = new Uri(url.Url);
        return IsBinary(address) && !(types?.Contains(ContentKind.Pdf) is true && IsPdf(address));
    }

    private static bool IsPdf(Uri url) => url.AbsolutePath.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase);

    private static FrozenSet<string> Split(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
