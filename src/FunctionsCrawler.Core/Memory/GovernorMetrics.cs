using System.Diagnostics.Metrics;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Memory;

/// <summary>Publishes the samples of a memory governor as metrics.</summary>
internal static class GovernorMetrics
{
    /// <summary>Registers the gauges. Dispose the result together with the governor.</summary>
    public static IDisposable Publish(MemoryGovernor governor)
    {
        var meter = new Meter(BrowserMetrics.MeterName);
        meter.CreateObservableGauge("crawler.memory.budget", () => governor.BudgetBytes, "By");
        meter.CreateObservableGauge(
            "crawler.memory.own",
            () => governor.Used.Own,
            "By",
            "Memory of this process (PSS)."
        );
        meter.CreateObservableGauge(
            "crawler.memory.browsers",
            () => governor.Used.Browsers,
            "By",
            "Memory of all browsers (PSS)."
        );
        meter.CreateObservableGauge(
            "crawler.launches.waiting",
            () => governor.WaitingLaunches,
            "{chunk}",
            "Chunks waiting for memory to launch a browser."
        );
        return meter;
    }
}
