namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>What a markdown_generator asks for.</summary>
internal sealed record MarkdownSettings
{
    /// <summary>Whether fit_markdown is the main content.</summary>
    public bool IsPruned { get; private init; }

    /// <summary>What fit_markdown must be about; null if that does not matter.</summary>
    public string? Query { get; private init; }

    public bool IgnoresLinks { get; private init; }

    public bool IgnoresImages { get; private init; }

    /// <summary>Reads the fields; null for a request without a generator.</summary>
    public static MarkdownSettings Read(FieldReader? fields)
    {
        if (fields is null)
            return new MarkdownSettings();
        var filter = fields.Object("content_filter");
        var options = fields.Object("options");
        var query = filter?.Text(ConfigGrammar.ClassField) is "BM25ContentFilter" ? filter.Text("user_query") : null;
        query = string.IsNullOrWhiteSpace(query) ? null : query;
        return new MarkdownSettings
        {
            IsPruned = filter is not null && query is null,
            Query = query,
            IgnoresLinks = options?.Flag("ignore_links", false) ?? false,
            IgnoresImages = options?.Flag("ignore_images", false) ?? false,
        };
    }
}
