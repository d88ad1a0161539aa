using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>The processes of a browser that is in use, by what they are for.</summary>
internal sealed class BrowserProcesses(string marker)
{
    /// <summary>All that show the marker.</summary>
    public IReadOnlyList<ProcessStat> All =>
        [.. Proc.All().Where(p => !p.IsZombie && Proc.Texts(p.Key.Pid).Contains(marker, StringComparison.Ordinal))];

    /// <summary>The browser process: the one of Chromium's that has no type.</summary>
    public ProcessKey Browser => Of("--remote-debugging-pipe").Single(k => !Says(k, "--type="));

    /// <summary>Playwright's driver.</summary>
    public ProcessKey Driver => All.Single(p => Path.GetFileName(Proc.Program(p.Key.Pid)) == "node").Key;

    public IReadOnlyList<ProcessKey> Renderers => Of("--type=renderer");

    public IReadOnlyList<ProcessKey> Gpu => Of("--type=gpu-process");

    public IReadOnlyList<ProcessKey> Zygotes => Of("--type=zygote");

    public IReadOnlyList<ProcessKey> NetworkServices => Of("network.mojom.NetworkService");

    /// <summary>Signals all of them, at least one.</summary>
    public static void Signal(int signal, params IReadOnlyList<ProcessKey> processes)
    {
        Assert.NotEmpty(processes);
        foreach (var process in processes)
            Kernel.Signal(process, signal);
    }

    private IReadOnlyList<ProcessKey> Of(string argument) =>
        [.. All.Select(p => p.Key).Where(key => Says(key, argument))];

    private static bool Says(ProcessKey key, string argument) =>
        Proc.CommandLine(key.Pid).Contains(argument, StringComparison.Ordinal);
}
