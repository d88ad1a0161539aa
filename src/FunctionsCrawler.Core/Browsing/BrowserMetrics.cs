using System.Diagnostics.Metrics;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Publishes the receipts of all browsers of this process as metrics of the meter "FunctionsCrawler".</summary>
internal static class BrowserMetrics
{
    /// <summary>The meter to subscribe to, in OpenTelemetry's <c>AddMeter</c> for example.</summary>
    public const string MeterName = "FunctionsCrawler";

    // Without bounds an exporter uses 5, 10, 25 and so on, which are meant for milliseconds. These have most buckets where
    // browsers usually are, below a second, and end beyond the limits: 10 s for a disposal, 30 s for a launch.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60],
    };

    // From an empty page to the largest budget that is usual: 32 MiB to 8 GiB.
    private static readonly InstrumentAdvice<double> Bytes = new()
    {
        HistogramBucketBoundaries =
        [
            .. Megabytes(32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192),
        ],
    };

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Browsers = Meter.CreateCounter<long>(
        "crawler.browsers",
        "{browser}",
        "Browsers disposed of, failed launches included."
    );

    private static readonly Counter<long> Pages = Meter.CreateCounter<long>(
        "crawler.browser.pages",
        "{page}",
        "Page visits started in browsers."
    );

    private static readonly Counter<long> Killed = Meter.CreateCounter<long>(
        "crawler.browser.processes.killed",
        "{process}",
        "Processes killed because they survived the graceful close."
    );

    private static readonly Counter<long> Left = Meter.CreateCounter<long>(
        "crawler.browser.residue",
        "{residue}",
        "Processes, sockets and temp folders left after disposal; anything but 0 is an error."
    );

    private static readonly Histogram<double> Launch = Meter.CreateHistogram<double>(
        "crawler.browser.launch.duration",
        "s",
        "Time from the start of a launch until the browser answers.",
        tags: null,
        Seconds
    );

    private static readonly Histogram<double> Disposal = Meter.CreateHistogram<double>(
        "crawler.browser.disposal.duration",
        "s",
        "Time from the start of disposal to its last check for residue.",
        tags: null,
        Seconds
    );

    private static readonly Histogram<double> Memory = Meter.CreateHistogram<double>(
        "crawler.browser.memory.peak",
        "By",
        "Highest sample of a browser's proportional set size.",
        tags: null,
        Bytes
    );

    internal static void Record(BrowserReceipt receipt)
    {
        Browsers.Add(1);
        Pages.Add(receipt.Pages);
        Killed.Add(receipt.Killed);
        Left.Add(receipt.Residue);
        if (receipt.LaunchMs > 0)
            Launch.Record(receipt.LaunchMs / 1000);
        Disposal.Record(receipt.DisposeMs / 1000);
        Memory.Record(receipt.PeakMemoryMb * 1024 * 1024);
    }

    private static IEnumerable<double> Megabytes(params double[] counts) => counts.Select(n => n * 1024 * 1024);
}
