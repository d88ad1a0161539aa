using FunctionsCrawler.Browsing;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// One scenario that has broken a crawler: the pages to fetch and the expected results. It must leave nothing, whether it runs
/// alone, in parallel with others, or is cancelled at any moment.
/// </summary>
/// <param name="Name">Its number in docs/gauntlet.md and a short description.</param>
/// <param name="Run">Fetches pages and asserts their results.</param>
internal sealed record Row(string Name, Func<RowRun, Task> Run)
{
    /// <summary>The only engine that the row applies to; null for all.</summary>
    public BrowserEngine? Only { get; init; }

    /// <summary>Whether the row changes state of the whole process, so no other row may run in parallel.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Whether the row is slow, or a variant of another; it then runs only in the long run.</summary>
    public bool IsLong { get; init; }

    /// <summary>Changes the chunk's settings, to start another program than the installed Chromium for example.</summary>
    public Func<RowRun, ChunkOptions, ChunkOptions> Options { get; init; } = static (_, options) => options;

    public override string ToString() => Name;
}
