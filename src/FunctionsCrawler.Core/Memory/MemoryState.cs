namespace FunctionsCrawler.Memory;

/// <summary>What a chunk may do under the memory budget.</summary>
internal enum MemoryState
{
    /// <summary>The chunk may start pages.</summary>
    Run,

    /// <summary>The chunk must not start pages, unless it has none in flight.</summary>
    Pause,

    /// <summary>The chunk must stop and hand back its unfinished pages.</summary>
    Shed,

    /// <summary>As <see cref="Shed"/>, but for a crawl that has no browser yet. It does not count against the pages.</summary>
    Yield,
}
