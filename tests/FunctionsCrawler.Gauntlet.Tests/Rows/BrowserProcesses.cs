using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>The live processes of one browser, by type.</summary>
internal sealed class BrowserProcesses(string marker)
{
    /// <summary>All live processes that show the marker.</summary>
    public IReadOnlyList<ProcessStat> All =>
        [.. Proc.All().Where(p => !p.IsZombie && Proc.Texts(p.Key.Pid).Contains(marker, StringComparison.Ordinal))];

    /// <summary>The browser process: the Chromium process without a --type argument.</summary>
    public ProcessKey Browser => WithArgument("--remote-debugging-pipe").Single(k => !HasArgument(k, "--type="));

    /// <summary>Playwright's driver, the process that runs Node.</summary>
    public ProcessKey Driver => All.Single(p => Path.GetFileName(Proc.Program(p.Key.Pid)) == "node").Key;

    public IReadOnlyList<ProcessKey> Renderers => WithArgument("--type=renderer");

    public IReadOnlyList<ProcessKey> Gpu => WithArgument("--type=gpu-process");

    public IReadOnlyList<ProcessKey> Zygotes => WithArgument("--type=zygote");

    public IReadOnlyList<ProcessKey> NetworkServices => WithArgument("network.mojom.NetworkService");

    /// <summary>Sends a signal to all of the processes; fails if there are none.</summary>
    public static void Signal(int signal, params IReadOnlyList<ProcessKey> processes)
    {
        Assert.NotEmpty(processes);
        foreach (var process in processes)
            Kernel.Signal(process, signal);
    }

    private IReadOnlyList<ProcessKey> WithArgument(string argument) =>
        [.. All.Select(p => p.Key).Where(key => HasArgument(key, argument))];

    private static bool HasArgument(ProcessKey key, string argument) =>
        Proc.CommandLine(key.Pid).Contains(argument, StringComparison.Ordinal);
}
