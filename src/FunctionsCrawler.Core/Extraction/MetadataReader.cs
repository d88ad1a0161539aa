using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction;

/// <summary>Reads title, description, language and other metadata of a document.</summary>
internal sealed class MetadataReader(IDocument document)
{
    /// <summary>The maximum number of sitemaps that are read from a page.</summary>
    public const int MaxSitemaps = 5;

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

    public string? Canonical(UrlResolver urls) => Linked("canonical", urls).FirstOrDefault();

    public IReadOnlyList<string> Sitemaps(UrlResolver urls) => [.. Linked("sitemap", urls).Take(MaxSitemaps)];

    public PageMetadata Read(UrlResolver urls)
    {
        var named = Contents("name").Where(meta => meta.Name is not "description");
        var all = named.Concat(Contents("property")).Concat(Contents("itemprop"));
        return new PageMetadata
        {
            Canonical = Canonical(urls),
            OpenGraph = FirstOfEach(OpenGraph()),
            JsonLd = JsonLd(),
            Meta = FirstOfEach(all),
            Repeated = Repeated(all),
        };
    }

    private IEnumerable<string> Linked(string relation, UrlResolver urls) =>
        document
            .QuerySelectorAll($"link[href][rel~={relation} i]")
            .Select(link => urls.Resolve(link.GetAttribute("href")))
            .OfType<Uri>()
            .Where(UrlResolver.IsWeb)
            .Select(url => url.AbsoluteUri);

    public List<(string Name, string Content)> Named() => [.. Contents("name")];

    // The Open Graph protocol uses property=, but many pages write name=.
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

    private static Dictionary<string, IReadOnlyList<string>>? Repeated(
        IEnumerable<(string Name, string Content)> entries
    )
    {
        var repeated = entries
            .Distinct()
            .GroupBy(meta => meta.Name, meta => meta.Content, StringComparer.Ordinal)
            .Where(group => group.Skip(1).Any())
            .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group], StringComparer.Ordinal);
        return repeated.Count == 0 ? null : repeated;
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
                // Encode to UTF-8 first, which replaces lone surrogates. Parsing text with them throws ArgumentException
                // instead of JsonException.
                using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(script.TextContent));
                blocks.Add(json.RootElement.Clone());
            }
            catch (JsonException)
            {
                // Malformed blocks are common; skip them.
            }
        }
        return blocks;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
