namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>A process that was seen while tests ran.</summary>
internal sealed class Sighting(ProcessKey key)
{
    public ProcessKey Key => key;

    /// <summary>How often it was looked at.</summary>
    public int Looks { get; set; }

    /// <summary>Whether it descends from the test process, now or when it was seen first.</summary>
    public bool IsOurs { get; set; }

    /// <summary>The invocation it belongs to, by its own texts or by descent; null while none is known.</summary>
    public string? Marker { get; set; }

    /// <summary>Whether it is a Playwright driver.</summary>
    public bool IsDriver { get; set; }

    /// <summary>As it was seen last.</summary>
    public ProcessStat? Last { get; set; }

    /// <summary>What it was called when it still showed that.</summary>
    public string CommandLine { get; set; } = "";
}
