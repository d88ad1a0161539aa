using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// One scenario that has broken a crawler: what a chunk is asked for and what it must give. By itself, among others, and
/// cancelled at any moment, it must leave nothing.
/// </summary>
/// <param name="Name">Its number in the gauntlet and what it is about.</param>
/// <param name="Run">Asks for pages and asserts what comes of them.</param>
internal sealed record Row(string Name, Func<RowRun, Task> Run)
{
    /// <summary>The one engine it makes sense with; null for all.</summary>
    public BrowserEngine? Only { get; init; }

    /// <summary>Changes something that the whole process shares, so nothing may run beside it.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Takes long, or is a variant of another: only in the long run.</summary>
    public bool IsLong { get; init; }

    /// <summary>Its browser is another one than the installed Chromium.</summary>
    public Func<RowRun, ChunkOptions, ChunkOptions> Options { get; init; } = static (_, options) => options;

    public override string ToString() => Name;
}
