using System.Text.Json;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Who wrote a page and when: from JSON-LD, then from meta elements, then from marked elements. The first source that has a
/// value counts.
/// </summary>
/// <param name="document">The document.</param>
/// <param name="jsonLd">Its JSON-LD blocks.</param>
/// <param name="meta">The values of its meta elements by lower-case name.</param>
internal sealed class Authorship(
    IDocument document,
    IReadOnlyList<JsonElement> jsonLd,
    IReadOnlyDictionary<string, string> meta
)
{
    private const int MaxAuthors = 10;
    private const int MaxObjects = 1000;

    private static readonly string[] PublishedNames =
    [
        "article:published_time",
        "og:published_time",
        "datepublished",
        "dcterms.issued",
        "dcterms.created",
        "dc.date.issued",
        "dc.date",
        "parsely-pub-date",
        "publish_date",
        "pubdate",
        "date",
    ];

    private static readonly string[] ModifiedNames =
    [
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "dcterms.modified",
        "dc.date.modified",
        "last-modified",
        "lastmod",
        "revised",
    ];

    private static readonly string[] AuthorNames =
    [
        "author",
        "article:author",
        "parsely-author",
        "dc.creator",
        "dcterms.creator",
    ];

    private readonly List<JsonElement> _objects = [.. Objects(jsonLd)];

    /// <summary>The author or authors, separated by commas. Null if unknown.</summary>
    public string? Author()
    {
        if (FromJson("author") is { } value && NameOf(value) is { } name)
            return name;
        // article:author is often the URL of a profile, which is no name.
        var named = AuthorNames
            .Select(meta.GetValueOrDefault)
            .FirstOrDefault(author => author is not null && !IsUrl(author));
        return named
            ?? TextOf(
                "[itemprop~=author] [itemprop~=name], [itemprop~=author], a[rel~=author], .p-author, .h-card.author"
            );
    }

    /// <summary>When the page was published, in ISO 8601. Null if unknown.</summary>
    public string? Published() =>
        DateOf(
            "datePublished",
            PublishedNames,
            "time[itemprop~=datePublished], time[pubdate], time.dt-published, time.published"
        );

    /// <summary>When the page was last changed, in ISO 8601. Null if unknown.</summary>
    public string? Modified() =>
        DateOf("dateModified", ModifiedNames, "time[itemprop~=dateModified], time.dt-updated, time.updated");

    private string? DateOf(string property, string[] names, string selector) =>
        _objects.Select(o => DateText.ToIso(StringOf(o, property))).FirstOrDefault(date => date is not null)
        ?? names.Select(name => DateText.ToIso(meta.GetValueOrDefault(name))).FirstOrDefault(date => date is not null)
        ?? document
            .QuerySelectorAll(selector)
            .Select(time => DateText.ToIso(time.GetAttribute("datetime") ?? PlainText.Of(time)))
            .FirstOrDefault(date => date is not null);

    private JsonElement? FromJson(string property)
    {
        foreach (var item in _objects)
            if (item.TryGetProperty(property, out var value))
                return value;
        return null;
    }

    private string? TextOf(string selector) =>
        document.QuerySelector(selector) is { } element && PlainText.Of(element) is { Length: > 0 and <= 200 } text
            ? text
            : null;

    // Articles first: a page may also describe its organisation, its breadcrumbs and other pages.
    private static IEnumerable<JsonElement> Objects(IReadOnlyList<JsonElement> blocks)
    {
        List<JsonElement> all =
        [
            .. blocks
                .SelectMany(block =>
                    block.ValueKind == JsonValueKind.Array ? block.EnumerateArray() : Enumerable.Repeat(block, 1)
                )
                .Where(item => item.ValueKind == JsonValueKind.Object)
                .SelectMany(item =>
                    item.TryGetProperty("@graph", out var graph) && graph.ValueKind == JsonValueKind.Array
                        ? graph.EnumerateArray().Where(member => member.ValueKind == JsonValueKind.Object)
                        : Enumerable.Repeat(item, 1)
                )
                .Take(MaxObjects),
        ];
        return all.OrderByDescending(IsArticle);
    }

    private static bool IsArticle(JsonElement item)
    {
        if (!item.TryGetProperty("@type", out var type))
            return false;
        return type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(IsArticleName) : IsArticleName(type);
    }

    private static bool IsArticleName(JsonElement type) =>
        type.ValueKind == JsonValueKind.String
        && type.GetString() is { } name
        && (
            name.EndsWith("Article", StringComparison.Ordinal)
            || name.EndsWith("Posting", StringComparison.Ordinal)
            || name.EndsWith("Report", StringComparison.Ordinal)
        );

    private static string? NameOf(JsonElement author)
    {
        var names = (author.ValueKind == JsonValueKind.Array ? author.EnumerateArray() : Enumerable.Repeat(author, 1))
            .Take(MaxAuthors)
            .Select(a => a.ValueKind == JsonValueKind.String ? a.GetString() : StringOf(a, "name"))
            .Select(name => PlainText.Collapse(name ?? ""))
            .Where(name => name.Length > 0 && !IsUrl(name));
        var joined = string.Join(", ", names.Distinct(StringComparer.Ordinal));
        return joined.Length == 0 ? null : joined;
    }

    private static string? StringOf(JsonElement item, string property) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool IsUrl(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
