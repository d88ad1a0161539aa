using System.ComponentModel;
using System.Diagnostics;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Whether Chromium's own sandbox is on: it isolates renderers with Linux namespaces and a system-call filter. It needs a
/// non-root user and a kernel that lets such a user create namespaces.
/// </summary>
/// <param name="IsOn">Whether browsers start with the sandbox.</param>
/// <param name="Why">The reason, as a short phrase for the user: "running as root", for example.</param>
internal sealed record BrowserSandbox(bool IsOn, string Why)
{
    /// <summary>The environment variable that turns the sandbox on or off; allowed values: auto, on, off.</summary>
    public const string Variable = "CRAWL_SANDBOX";

    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    private static readonly Lazy<BrowserSandbox> Detected = new(Probe);

    /// <inheritdoc/>
    public override string ToString() => $"{(IsOn ? "on" : "off")}: {Why}";

    /// <summary>
    /// Reads the setting from <see cref="Variable"/>. If it is unset or "auto", detects whether this machine supports the
    /// sandbox.
    /// </summary>
    /// <param name="fault">What is wrong with the variable, in one line for the user; null if it is valid.</param>
    /// <returns>The setting, or null if the variable has an invalid value.</returns>
    public static BrowserSandbox? Find(out string? fault)
    {
        fault = null;
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case null or "" or "auto":
                return Detected.Value;
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
            return new BrowserSandbox(false, "supported on Linux only");
        if (Environment.IsPrivilegedProcess)
            return new BrowserSandbox(false, "running as root");
        return CanMakeNamespaces()
            ? new BrowserSandbox(true, "user namespaces are allowed")
            : new BrowserSandbox(false, "user namespaces are not allowed here");
    }

    // Several kernel settings and the container's system-call filter decide this; the only reliable check is to try.
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
            // unshare(1) is not installed, so support cannot be detected; start the browser without a sandbox.
            return false;
        }
    }
}
