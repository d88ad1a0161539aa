using System.Diagnostics.Metrics;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Dispatch;

/// <summary>What a governor sees, as metrics, as long as it lives.</summary>
internal static class GovernorMetrics
{
    /// <summary>Publishes its figures; to be disposed of with it.</summary>
    public static IDisposable Publish(MemoryGovernor governor)
    {
        var meter = new Meter(BrowserMetrics.MeterName);
        meter.CreateObservableGauge("crawler.memory.budget", () => governor.BudgetBytes, "By");
        meter.CreateObservableGauge("crawler.memory.own", () => governor.Used.Own, "By", "Of this process (PSS).");
        meter.CreateObservableGauge(
            "crawler.memory.browsers",
            () => governor.Used.Browsers,
            "By",
            "Of browsers (PSS)."
        );
        meter.CreateObservableGauge(
            "crawler.launches.waiting",
            () => governor.WaitingLaunches,
            "{chunk}",
            "Chunks that wait for memory to launch a browser."
        );
        return meter;
    }
}
