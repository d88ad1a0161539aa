using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>What becomes of the documents in the frames of a page.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PageFrames>))]
public enum PageFrames
{
    /// <summary>They are left out.</summary>
    Skip,

    /// <summary>Their content becomes part of the page, at the place of the frame. Frames of other sites are included.</summary>
    Inline,
}
