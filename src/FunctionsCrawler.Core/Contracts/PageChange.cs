using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>How a page differs between two crawls.</summary>
/// <param name="Change">The difference.</param>
/// <param name="Url">The requested URL, normalised.</param>
/// <param name="Title">The title in the later crawl; of a removed page, in the earlier one.</param>
internal sealed record PageChange(ChangeKind Change, string Url, string? Title);

/// <summary>The difference of a page between two crawls. Only stored pages count.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ChangeKind>))]
internal enum ChangeKind
{
    /// <summary>Only the later crawl stored the page.</summary>
    Added,

    /// <summary>Both crawls stored the page, with different content.</summary>
    Changed,

    /// <summary>Only the earlier crawl stored the page.</summary>
    Removed,

    /// <summary>Both crawls stored the page, with the same content.</summary>
    Unchanged,
}
