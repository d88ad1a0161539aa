using FunctionsCrawler.Browsing;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Hosting;

/// <summary>The resource usage of this process, measured on request.</summary>
/// <param name="BudgetMb">The memory budget of the process and its browsers together, in megabytes of 1,048,576 bytes.</param>
/// <param name="OwnMb">The proportional set size (PSS) of the process.</param>
/// <param name="BrowsersMb">The PSS of all its browsers, as last sampled.</param>
/// <param name="Processes">The number of descendant processes, including zombies; 0 if the platform does not provide it.</param>
/// <param name="HoldingBack">Whether pages or browser launches are waiting for memory.</param>
/// <param name="Sandbox">The state of Chromium's sandbox and the reason: "off: running as root". Null without a Chromium.</param>
internal sealed record WorkerHealth(
    long BudgetMb,
    long OwnMb,
    long BrowsersMb,
    int Processes,
    bool HoldingBack,
    string? Sandbox
)
{
    /// <summary>Measures this process.</summary>
    /// <param name="governor">The memory governor of the process.</param>
    /// <param name="sandbox">The state of Chromium's sandbox; null without a Chromium.</param>
    internal static WorkerHealth Measure(MemoryGovernor governor, BrowserSandbox? sandbox)
    {
        ArgumentNullException.ThrowIfNull(governor);
        return new WorkerHealth(
            governor.BudgetBytes >> 20,
            ProcessTable.PssBytes(Environment.ProcessId) >> 20,
            governor.Used.Browsers >> 20,
            CountDescendants(Environment.ProcessId),
            governor.IsHoldingBack,
            sandbox?.ToString()
        );
    }

    private static int CountDescendants(int pid)
    {
        var children = ProcessTable.Snapshot().ToLookup(e => e.Parent, e => e.Id.Pid);
        return Count(pid);

        int Count(int parent) => children[parent].Sum(child => 1 + Count(child));
    }
}
