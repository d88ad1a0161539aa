using System.Text;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// Starts a Playwright driver with its own environment variables. The driver inherits the environment of this process and
/// starts before <see cref="Playwright.CreateAsync"/> first yields. So the variables are set, the driver started and the
/// variables restored under one process-wide lock. TMPDIR is not among them, because other code of this process that asks
/// for the temp folder at that moment would write into a temp root that is soon deleted.
/// </summary>
internal static class DriverStart
{
    private static readonly Lock StartLock = new();

    private static readonly TimeSpan FindLimit = TimeSpan.FromSeconds(1);

    /// <summary>Starts the driver and finds its process; that is null if it exited immediately.</summary>
    public static (Task<IPlaywright> Creating, ProcessIdentity? Driver) Start(string marker, string temp)
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

    // Node runs this module before the driver, which calls os.tmpdir() for each folder it creates. The driver relays every
    // page's HTML as text; with a small young generation it uses 125 MB instead of 170 MB.
    private static string NodeOptions(string temp)
    {
        var module =
            $"const temp = decodeURIComponent('{Uri.EscapeDataString(temp)}');"
            + "for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temp;";
        return $"--max-semi-space-size=1 --import=data:text/javascript,{Uri.EscapeDataString(module)}";
    }

    // During exec a process briefly shows neither arguments nor environment, so poll.
    private static ProcessIdentity? FindDriver(byte[] marker)
    {
        ProcessEntry? driver = null;
        if (ProcessTable.IsSupported)
            SpinWait.SpinUntil(() => (driver = ChildShowing(marker)) is not null, FindLimit);
        return driver?.Id;
    }

    private static ProcessEntry? ChildShowing(byte[] marker) =>
        ProcessTable
            .Snapshot()
            .FirstOrDefault(p => p.Parent == Environment.ProcessId && ProcessTable.Shows(p.Id.Pid, marker));
}
