namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>A process that the recorder has seen.</summary>
internal sealed class Sighting(ProcessKey key)
{
    public ProcessKey Key => key;

    /// <summary>How often its arguments and environment were inspected.</summary>
    public int Inspections { get; set; }

    /// <summary>Whether it belongs to the tests: it descends from the test process, or did so earlier.</summary>
    public bool IsOwned { get; set; }

    /// <summary>The marker of its invocation, from its own arguments or by descent; null if unknown.</summary>
    public string? Marker { get; set; }

    /// <summary>Whether it is a Playwright driver.</summary>
    public bool IsDriver { get; set; }

    /// <summary>Its most recent entry of the process table.</summary>
    public ProcessStat? Last { get; set; }

    /// <summary>Its last non-empty command line.</summary>
    public string CommandLine { get; set; } = "";
}
