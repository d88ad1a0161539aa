using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>Runs commands in new kernel namespaces, where that is permitted.</summary>
internal static class Namespaces
{
    private static readonly Lazy<string?> Fault = new(Try);

    /// <summary>The command prefix that starts a program in new namespaces; skips the test if that is not permitted.</summary>
    public static string[] Unshare(params string[] which)
    {
        Requires.Available(
            Fault.Value is null,
            Unavailable.NotPermitted,
            $"No namespaces can be made here: {Fault.Value}"
        );
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
            var error = attempt.StandardError.ReadToEnd();
            attempt.WaitForExit();
            return attempt.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
