using System.Diagnostics.Metrics;

namespace FunctionsCrawler.Browsing;

/// <summary>The receipts of all browsers of this process as metrics, under the meter "FunctionsCrawler".</summary>
public static class BrowserMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "FunctionsCrawler";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Browsers = Meter.CreateCounter<long>(
        "crawler.browsers",
        "{browser}",
        "Browsers that have ended, launches that failed included."
    );

    private static readonly Counter<long> Pages = Meter.CreateCounter<long>(
        "crawler.browser.pages",
        "{page}",
        "Visits made in browsers."
    );

    private static readonly Counter<long> Killed = Meter.CreateCounter<long>(
        "crawler.browser.processes.killed",
        "{process}",
        "Processes that a polite close did not end."
    );

    private static readonly Counter<long> Left = Meter.CreateCounter<long>(
        "crawler.browser.residue",
        "{residue}",
        "Processes, sockets and temp folders left after disposal; anything but 0 is an error."
    );

    private static readonly Histogram<double> Launch = Meter.CreateHistogram<double>(
        "crawler.browser.launch.duration",
        "s",
        "From the start of a launch to a browser that answers."
    );

    private static readonly Histogram<double> Disposal = Meter.CreateHistogram<double>(
        "crawler.browser.disposal.duration",
        "s",
        "From the start of disposal to the last look."
    );

    private static readonly Histogram<double> Memory = Meter.CreateHistogram<double>(
        "crawler.browser.memory.peak",
        "By",
        "The highest sample of a browser's proportional set size."
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
}
