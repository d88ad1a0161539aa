using FunctionsCrawler.Browsing;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Dispatch;

/// <summary>What a worker uses now, measured when asked.</summary>
/// <param name="BudgetMb">What the process and its browsers may use together, in megabytes of 1,048,576 bytes.</param>
/// <param name="OwnMb">The proportional set size of the process.</param>
/// <param name="BrowsersMb">That of all its browsers, as last sampled.</param>
/// <param name="Processes">Its descendants alive, zombies included; 0 where the platform does not tell.</param>
/// <param name="HoldingBack">Whether memory keeps pages or launches waiting.</param>
/// <param name="Sandbox">Whether Chromium's sandbox is on, and why: "off: running as root". Null without a Chromium.</param>
public sealed record WorkerHealth(
    long BudgetMb,
    long OwnMb,
    long BrowsersMb,
    int Processes,
    bool HoldingBack,
    string? Sandbox
)
{
    /// <summary>Measures a worker.</summary>
    public static WorkerHealth Of(CrawlWorker worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        var governor = worker.Governor;
        return new WorkerHealth(
            governor.BudgetBytes >> 20,
            ProcessTable.PssBytes(Environment.ProcessId) >> 20,
            governor.Used.Browsers >> 20,
            CountDescendants(Environment.ProcessId),
            governor.IsHoldingBack,
            worker.Options.Chromium?.Sandbox.ToString()
        );
    }

    private static int CountDescendants(int pid)
    {
        var children = ProcessTable.Snapshot().ToLookup(e => e.Parent, e => e.Id.Pid);
        return Count(pid);

        int Count(int parent) => children[parent].Sum(child => 1 + Count(child));
    }
}
