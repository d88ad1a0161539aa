using System.Text;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// Starts a Playwright driver in an environment of its own. The driver takes ours and starts before
/// <see cref="Playwright.CreateAsync"/> first yields, so the variables are set, the driver started and the variables
/// restored under one lock of the process. TMPDIR is not among them: whatever else of this process asked for the temp
/// folder in that moment would store into a temp root that is soon to be deleted.
/// </summary>
internal static class DriverStart
{
    private static readonly Lock StartLock = new();

    private static readonly TimeSpan ShowLimit = TimeSpan.FromSeconds(1);

    /// <summary>Starts the driver and finds its process, null if it died at once.</summary>
    public static (Task<IPlaywright> Creating, ProcessIdentity? Driver) Begin(string marker, string temp)
    {
        (string Name, string? Value)[] variables =
        [
            (ChromiumArguments.MarkerVariable, marker),
            ("NODE_OPTIONS", NodeOptions(temp)),
        ];
        Task<IPlaywright> creating;
        lock (StartLock)
        {
            var before = variables.Select(v => (v.Name, Environment.GetEnvironmentVariable(v.Name))).ToList();
            try
            {
                foreach (var (name, value) in variables)
                    Environment.SetEnvironmentVariable(name, value);
                creating = Playwright.CreateAsync();
            }
            finally
            {
                foreach (var (name, value) in before)
                    Environment.SetEnvironmentVariable(name, value);
            }
        }
        return (creating, FindDriver(Encoding.ASCII.GetBytes(marker)));
    }

    // Node runs the module before the driver, which asks os.tmpdir() whenever it makes a folder. The driver passes on
    // every page's HTML as text; with a small nursery it holds 125 instead of 170 MB.
    private static string NodeOptions(string temp)
    {
        var module =
            $"const temp = decodeURIComponent('{Uri.EscapeDataString(temp)}');"
            + "for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temp;";
        return $"--max-semi-space-size=1 --import=data:text/javascript,{Uri.EscapeDataString(module)}";
    }

    // While it is being executed a process shows nothing for a moment.
    private static ProcessIdentity? FindDriver(byte[] marker)
    {
        ProcessEntry? driver = null;
        if (ProcessTable.IsSupported)
            SpinWait.SpinUntil(() => (driver = ChildShowing(marker)) is not null, ShowLimit);
        return driver?.Id;
    }

    private static ProcessEntry? ChildShowing(byte[] marker) =>
        ProcessTable
            .Snapshot()
            .FirstOrDefault(p => p.Parent == Environment.ProcessId && ProcessTable.Shows(p.Id.Pid, marker));
}
