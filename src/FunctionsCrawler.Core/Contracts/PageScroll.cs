using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>How far a page is scrolled before it is read, so that it loads what it loads only when it is seen.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageScroll
{
    /// <summary>Where to scroll.</summary>
    /// <value>Default <see cref="ScrollTarget.End"/>.</value>
    public ScrollTarget To { get; set; } = ScrollTarget.End;

    /// <summary>
    /// How often the page is scrolled by the height of its window at most. Pages without end are read when this, or half of the
    /// time limit, is used up.
    /// </summary>
    /// <value>Default 50, 1 to 1,000.</value>
    public int MaxSteps { get; set; } = 50;
}

/// <summary>Where a page is scrolled to.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ScrollTarget>))]
public enum ScrollTarget
{
    /// <summary>To the end of the page, also if that moves because more is loaded.</summary>
    End,
}
