using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>How far a page must have been loaded before it is read.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<WaitUntil>))]
public enum WaitUntil
{
    /// <summary>Its HTML has been parsed, and the scripts that delay parsing have run. The page is read at once.</summary>
    DomContentLoaded,

    /// <summary>The images, style sheets and frames of its HTML have been loaded too.</summary>
    Load,

    /// <summary>No request was pending for half a second.</summary>
    NetworkIdle,
}
