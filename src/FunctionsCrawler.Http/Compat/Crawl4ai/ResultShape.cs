using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Which parts of a result are filled. Most of it follows from the stored request, so that jobs need nothing else.</summary>
internal sealed record ResultShape
{
    public bool HasMain { get; init; }

    public bool HasRelevant { get; init; }

    public bool HasTables { get; init; }

    public bool HasData { get; init; }

    public bool HasScreenshot { get; init; }

    public bool HasPdf { get; init; }

    /// <summary>The number of scripts that run in the page.</summary>
    public int Scripts { get; init; }

    /// <summary>Not stored: whether the Markdown has its links and images.</summary>
    public bool IgnoresLinks { get; init; }

    /// <inheritdoc cref="IgnoresLinks"/>
    public bool IgnoresImages { get; init; }

    /// <summary>Not stored: which links are left out.</summary>
    public LinkRules Links { get; init; } = new();

    /// <summary>The fields of the request that are not stored with a crawl.</summary>
    public IEnumerable<string> NotStored =>
        new (string Name, bool IsSet)[]
        {
            ("markdown_generator.options.ignore_links", IgnoresLinks),
            ("markdown_generator.options.ignore_images", IgnoresImages),
            ("exclude_internal_links", Links.LeavesOutInternal),
            ("exclude_external_links", Links.LeavesOutExternal),
            ("exclude_domains", Links.Domains.Count > 0),
        }
            .Where(part => part.IsSet)
            .Select(part => part.Name);

    /// <summary>The shape that follows from a stored request.</summary>
    public static ResultShape Of(PageOptions page, ExtractOptions extract)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(extract);
        var formats = extract.Formats ?? [];
        return new ResultShape
        {
            HasMain = formats.Contains(PageFormat.MainMarkdown),
            HasRelevant = extract.Query is not null,
            HasTables = formats.Contains(PageFormat.Tables),
            HasData = extract.Schema is not null,
            HasScreenshot = page.Screenshot is not null,
            HasPdf = page.Pdf,
            Scripts = page.Actions.Count(action => action.Script is not null),
        };
    }
}
