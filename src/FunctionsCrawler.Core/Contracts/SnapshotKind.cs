using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>A copy of the rendered page with all that it shows, in one file.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<SnapshotKind>))]
public enum SnapshotKind
{
    /// <summary>No copy.</summary>
    None,

    /// <summary>HTML with its styles, pictures and fonts in it, without scripts: the artifact "html".</summary>
    Html,

    /// <summary>MHTML (RFC 2557), as browsers save pages: the artifact "mhtml".</summary>
    Mhtml,
}
