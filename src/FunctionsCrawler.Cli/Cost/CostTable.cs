namespace FunctionsCrawler.Cli.Cost;

/// <summary>A part of the cost of a crawl.</summary>
/// <param name="Name">What is paid for, with the unit of <paramref name="Quantity"/>.</param>
/// <param name="Quantity">How much of it.</param>
/// <param name="Usd">The cost in US dollars.</param>
internal sealed record CostRow(string Name, double Quantity, double Usd);

/// <summary>What a crawl costs on Azure Container Apps with a storage account.</summary>
/// <param name="Pages">The number of pages.</param>
/// <param name="Rows">The parts.</param>
internal sealed record CostTable(double Pages, IReadOnlyList<CostRow> Rows)
{
    private const double Gb = 1e9;

    /// <summary>The sum in US dollars.</summary>
    public double Usd => Rows.Sum(row => row.Usd);

    /// <summary>Calculates the cost of a crawl.</summary>
    public static CostTable Of(CrawlFigures crawl, CostAssumptions assume)
    {
        ArgumentNullException.ThrowIfNull(crawl);
        ArgumentNullException.ThrowIfNull(assume);
        // Each chunk is an activity, each wave is planned by one, and two end the crawl.
        var activities = crawl.Chunks + crawl.Waves + 2;
        var gb = crawl.StoredBytes / Gb;
        var egress = (crawl.Pages * assume["requestBytes"] / Gb) + (gb * assume["downloads"]);
        return new CostTable(
            crawl.Pages,
            [
                Row("vCPU-seconds", crawl.WorkerSeconds * assume["vcpu"], assume["priceVcpuSecond"]),
                Row("GiB-seconds", crawl.WorkerSeconds * assume["gib"], assume["priceGibSecond"]),
                Row("activity executions", activities, assume["priceExecutions"] / 1e6),
                Row(
                    "blob writes",
                    (crawl.Chunks * assume["writesPerChunk"]) + (crawl.Waves * assume["writesPerWave"]),
                    assume["priceWrites"] / 1e4
                ),
                Row("blob reads", crawl.Chunks * assume["readsPerChunk"], assume["priceReads"] / 1e4),
                Row(
                    "queue and table transactions",
                    activities * assume["queuePerActivity"],
                    assume["priceQueue"] / 1e4
                ),
                Row("GB-months stored", gb * assume["months"], assume["priceGbMonth"]),
                Row("GB of egress", egress, assume["priceEgressGb"]),
            ]
        );
    }

    private static CostRow Row(string name, double quantity, double price) => new(name, quantity, quantity * price);
}
