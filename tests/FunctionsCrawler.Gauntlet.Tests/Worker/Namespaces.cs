using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>Namespaces of the kernel, where they may be made.</summary>
internal static class Namespaces
{
    private static readonly Lazy<string?> Fault = new(Try);

    /// <summary>The command that starts another one in new namespaces; skips the test where none can be made.</summary>
    public static string[] Unshare(params string[] which)
    {
        Assert.SkipWhen(Fault.Value is not null, $"No namespaces can be made here: {Fault.Value}");
        return ["unshare", .. which];
    }

    private static string? Try()
    {
        var start = new ProcessStartInfo("unshare", ["--mount", "--pid", "--fork", "--mount-proc", "true"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        try
        {
            using var attempt = Process.Start(start)!;
            var said = attempt.StandardError.ReadToEnd();
            attempt.WaitForExit();
            return attempt.ExitCode == 0 ? null : said.Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
