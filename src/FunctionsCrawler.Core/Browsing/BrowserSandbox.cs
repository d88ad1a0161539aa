using System.ComponentModel;
using System.Diagnostics;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Whether Chromium's own sandbox is on: renderers in namespaces of their own, behind a filter of system calls. It takes a
/// user that is not root and a kernel that gives such a user namespaces.
/// </summary>
/// <param name="IsOn">Whether it is.</param>
/// <param name="Why">Why it is as it is, in a few words for people.</param>
public sealed record BrowserSandbox(bool IsOn, string Why)
{
    /// <summary>The environment variable: auto, on or off.</summary>
    public const string Variable = "CRAWL_SANDBOX";

    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    private static readonly Lazy<BrowserSandbox> OfThisMachine = new(Probe);

    /// <inheritdoc/>
    public override string ToString() => $"{(IsOn ? "on" : "off")}: {Why}";

    /// <summary>What the variable says, and if it leaves that open what this machine allows.</summary>
    /// <param name="fault">What is wrong with the variable, in one line for people; null if nothing.</param>
    public static BrowserSandbox? Find(out string? fault)
    {
        fault = null;
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case null or "" or "auto":
                return OfThisMachine.Value;
            case "on":
                return new BrowserSandbox(true, $"{Variable} is on");
            case "off":
                return new BrowserSandbox(false, $"{Variable} is off");
            case var other:
                fault = $"{Variable} is '{other}', but only 'auto', 'on' and 'off' are allowed; or unset it";
                return null;
        }
    }

    private static BrowserSandbox Probe()
    {
        if (!OperatingSystem.IsLinux())
            return new BrowserSandbox(false, "it is used on Linux only");
        if (Environment.IsPrivilegedProcess)
            return new BrowserSandbox(false, "running as root");
        return CanMakeNamespaces()
            ? new BrowserSandbox(true, "user namespaces are allowed")
            : new BrowserSandbox(false, "user namespaces are not allowed here");
    }

    // The kernel has several settings, a container's filter of system calls another: only trying tells.
    private static bool CanMakeNamespaces()
    {
        try
        {
            using var probe = Process.Start(
                new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--pid", "--net", "--fork", "true"])
                {
                    UseShellExecute = false,
                    RedirectStandardError = true,
                }
            )!;
            if (probe.WaitForExit(ProbeLimit))
                return probe.ExitCode == 0;
            probe.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // unshare(1) is not installed: nobody can tell, so the browser must start without.
            return false;
        }
    }
}
