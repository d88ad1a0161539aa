using System.Globalization;

namespace FunctionsCrawler.Cli.Cost;

/// <summary>A number that a cost is calculated with, and that nothing in a summary says.</summary>
/// <param name="Name">Its name on the command line and in JSON.</param>
/// <param name="Value">The default.</param>
/// <param name="Meaning">What it is, with the unit.</param>
internal sealed record Assumption(string Name, double Value, string Meaning);

/// <summary>The assumptions of a calculation: prices in US dollars, sizes and rates.</summary>
internal sealed class CostAssumptions
{
    /// <summary>When the default prices were noted.</summary>
    public const string PricesOf = "2026-11-29";

    /// <summary>Where the default prices come from.</summary>
    public const string Source =
        "list prices of Azure, pay as you go, US East, without free grants, as remembered and not as read from Azure";

    private readonly Dictionary<string, double> _values = All.ToDictionary(
        a => a.Name,
        a => a.Value,
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>All assumptions with their defaults.</summary>
    public static IReadOnlyList<Assumption> All { get; } =
    [
        new("vcpu", 1, "vCPUs of a replica"),
        new("gib", 2, "GiB of memory of a replica"),
        new("months", 1, "months that the crawl is kept"),
        new("downloads", 1, "how often the stored blobs leave the region"),
        new("requestBytes", 1000, "bytes sent for a page"),
        new("chunkPages", 25, "pages of a chunk, if only a summary is known"),
        new("storedShare", 0.25, "stored bytes per byte of content, if only a summary is known"),
        new("writesPerChunk", 2, "blob writes for a chunk: input and result"),
        new("readsPerChunk", 25, "blob reads for a chunk, with the planner's and the watch of the crawl"),
        new("writesPerWave", 6, "blob writes for a wave: plan and segments"),
        new("queuePerActivity", 20, "queue and table transactions for an activity on Durable Functions"),
        new("priceVcpuSecond", 0.000024, "USD per vCPU-second, active"),
        new("priceGibSecond", 0.000003, "USD per GiB-second, active"),
        new("priceWrites", 0.05, "USD per 10,000 blob writes, hot, locally redundant"),
        new("priceReads", 0.004, "USD per 10,000 blob reads, hot, locally redundant"),
        new("priceQueue", 0.004, "USD per 10,000 queue or table transactions"),
        new("priceGbMonth", 0.0184, "USD per GB and month, hot, locally redundant"),
        new("priceEgressGb", 0.087, "USD per GB that leaves Azure"),
        new("priceExecutions", 0, "USD per million activity executions; Container Apps has no such price"),
    ];

    /// <summary>The values by name, in the order of <see cref="All"/>.</summary>
    public IReadOnlyDictionary<string, double> Values => _values;

    /// <summary>Returns the value of an assumption.</summary>
    public double this[string name] => _values[name];

    /// <summary>Sets an assumption from <c>NAME=N</c>.</summary>
    /// <returns>What is wrong with the text; null if it was accepted.</returns>
    public string? TrySet(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, value) = text.Split('=', 2) is [var left, var right] ? (left.Trim(), right.Trim()) : (text, "");
        if (!_values.ContainsKey(name))
            return $"--assume has '{text}'; it must be NAME=N, with NAME one of {string.Join(", ", All.Select(a => a.Name))}";
        if (
            !double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || (number == 0 && name.Equals("chunkPages", StringComparison.OrdinalIgnoreCase))
        )
            return $"--assume {name} is '{value}'; it must be a decimal number such as 0.5, and not negative";
        _values[name] = number;
        return null;
    }
}
