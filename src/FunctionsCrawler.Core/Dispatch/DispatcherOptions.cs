using System.Text.Json.Serialization;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Dispatch;

/// <summary>How a crawl adapts to the memory that is left, in percent of the worker's budget.</summary>
public sealed record DispatcherOptions
{
    /// <summary>Whether it adapts at all.</summary>
    /// <value>Default <see cref="DispatcherKind.MemoryAdaptive"/>.</value>
    public DispatcherKind Kind { get; set; } = DispatcherKind.MemoryAdaptive;

    /// <summary>From here on no page is started and no browser launched.</summary>
    /// <value>Default 80, 10 to 100; above <see cref="ResumeAtPercent"/>.</value>
    public int PauseAtPercent { get; set; } = 80;

    /// <summary>
    /// From here on chunks are stopped, one at a time: their browsers die, and what they had not finished is crawled later.
    /// This holds for <see cref="DispatcherKind.Fixed"/> too.
    /// </summary>
    /// <value>Default 95, 10 to 100; above <see cref="PauseAtPercent"/>.</value>
    public int ShedAtPercent { get; set; } = 95;

    /// <summary>Below this pages are started again.</summary>
    /// <value>Default 75, 10 to 100.</value>
    public int ResumeAtPercent { get; set; } = 75;
}

/// <summary>Whether a crawl adapts to the memory that is left.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DispatcherKind>))]
public enum DispatcherKind
{
    /// <summary>Pages are started and browsers launched as long as there is memory for them.</summary>
    MemoryAdaptive,

    /// <summary>The concurrency that was asked for, whatever memory is left, up to the hard limit.</summary>
    Fixed,
}
