using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>How a crawl adapts to the available memory. Percentages are of the worker's memory budget.</summary>
public sealed record DispatcherOptions
{
    /// <summary>Whether the crawl adapts to the available memory.</summary>
    /// <value>Default <see cref="DispatcherKind.MemoryAdaptive"/>.</value>
    public DispatcherKind Kind { get; set; } = DispatcherKind.MemoryAdaptive;

    /// <summary>At or above this memory use, no page is started and no browser is launched.</summary>
    /// <value>Percent. Default 80, 10 to 100; above <see cref="ResumeAtPercent"/>.</value>
    public int PauseAtPercent { get; set; } = 80;

    /// <summary>
    /// At or above this memory use, chunks are stopped one at a time: their browsers are killed and their unfinished pages
    /// are crawled later. Also applies to <see cref="DispatcherKind.Fixed"/>.
    /// </summary>
    /// <value>Percent. Default 95, 10 to 100; above <see cref="PauseAtPercent"/>.</value>
    public int ShedAtPercent { get; set; } = 95;

    /// <summary>After a pause, pages are started again once memory use falls below this.</summary>
    /// <value>Percent. Default 75, 10 to 100; below <see cref="PauseAtPercent"/>.</value>
    public int ResumeAtPercent { get; set; } = 75;
}

/// <summary>Whether a crawl adapts to the available memory.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DispatcherKind>))]
public enum DispatcherKind
{
    /// <summary>Start pages and launch browsers only while there is memory for them.</summary>
    MemoryAdaptive,

    /// <summary>
    /// Keep the requested concurrency regardless of memory use, up to <see cref="DispatcherOptions.ShedAtPercent"/>.
    /// </summary>
    Fixed,
}
