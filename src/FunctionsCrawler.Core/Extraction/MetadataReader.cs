using System.Text;
using System.Text.Json;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>What a document says about itself.</summary>
internal sealed class MetadataReader(IDocument document)
{
    private const string OpenGraphPrefix = "og:";

    private readonly List<IElement> _metas = [.. document.QuerySelectorAll("meta[content]")];

    public string? Title()
    {
        var title = document.QuerySelector("head > title") ?? document.QuerySelector("body title:not(svg title)");
        var text = title is null ? "" : PlainText.Collapse(title.TextContent);
        if (text.Length == 0 && document.QuerySelector("h1") is { } heading)
            text = PlainText.Of(heading);
        return NullIfEmpty(text);
    }

    public string? Description() =>
        Contents("name").FirstOrDefault(meta => meta.Name is "description").Content
        ?? OpenGraph().FirstOrDefault(meta => meta.Name is "description").Content;

    public string? Language()
    {
        var declared = document.DocumentElement?.GetAttribute("lang")?.Trim();
        if (!string.IsNullOrEmpty(declared))
            return declared;
        var header = Contents("http-equiv").FirstOrDefault(meta => meta.Name is "content-language").Content;
        return NullIfEmpty(header?.Split(',')[0].Trim());
    }

    public PageMetadata Read(UrlResolver urls)
    {
        var canonical = document
            .QuerySelectorAll("link[href][rel~=canonical i]")
            .Select(link => urls.Resolve(link.GetAttribute("href")))
            .FirstOrDefault(url => url is not null && UrlResolver.IsWeb(url));
        return new PageMetadata
        {
            Canonical = canonical?.AbsoluteUri,
            OpenGraph = FirstOfEach(OpenGraph()),
            JsonLd = JsonLd(),
            Meta = FirstOfEach(Contents("name").Where(meta => meta.Name is not "description")),
        };
    }

    public List<(string Name, string Content)> Named() => [.. Contents("name")];

    // The standard asks for property=, but many pages write name=.
    private IEnumerable<(string Name, string Content)> OpenGraph() =>
        Contents("property")
            .Concat(Contents("name"))
            .Where(meta => meta.Name.StartsWith(OpenGraphPrefix, StringComparison.Ordinal))
            .Select(meta => (meta.Name[OpenGraphPrefix.Length..], meta.Content));

    private IEnumerable<(string Name, string Content)> Contents(string key)
    {
        foreach (var meta in _metas)
        {
            var name = meta.GetAttribute(key)?.Trim().ToLowerInvariant();
            var content = PlainText.Collapse(meta.GetAttribute("content") ?? "");
            if (!string.IsNullOrEmpty(name) && content.Length > 0)
                yield return (name, content);
        }
    }

    private static Dictionary<string, string> FirstOfEach(IEnumerable<(string Name, string Content)> entries)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, content) in entries)
            first.TryAdd(name, content);
        return first;
    }

    private List<JsonElement> JsonLd()
    {
        var blocks = new List<JsonElement>();
        foreach (var script in document.QuerySelectorAll("script[type]"))
        {
            var type = script.GetAttribute("type")!.Split(';')[0].Trim();
            if (!type.Equals("application/ld+json", StringComparison.OrdinalIgnoreCase))
                continue;
            try
            {
                // By way of UTF-8, which leaves no half surrogate pairs: of those the reader of text makes no JsonException.
                using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(script.TextContent));
                blocks.Add(json.RootElement.Clone());
            }
            catch (JsonException)
            {
                // Broken blocks are common and say nothing.
            }
        }
        return blocks;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
