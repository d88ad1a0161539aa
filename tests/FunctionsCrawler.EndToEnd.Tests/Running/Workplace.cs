using System.Diagnostics;
using System.Text;

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>
/// A current folder and a temp folder for the program under test, so that leftovers can be detected. Disposing asserts that
/// the temp folder is empty and that no process refers to it.
/// </summary>
internal sealed class Workplace : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Short names, because full Chromium binds a socket in its temp folder, and socket paths are limited to 107 bytes.
    private readonly string _root = Directory.CreateTempSubdirectory("ct-").FullName;
    private readonly List<CrawlProcess> _started = [];

    public Workplace()
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Temp);
    }

    /// <summary>The parent of <see cref="Folder"/> and <see cref="Temp"/>.</summary>
    public string Root => _root;

    /// <summary>The current folder of the program.</summary>
    public string Folder => Path.Combine(_root, "work");

    /// <summary>The temp folder of the program.</summary>
    public string Temp => Path.Combine(_root, "t");

    /// <summary>Set it if the test kills the program: its temp entries then remain. Its processes must still be gone.</summary>
    public bool MayLeaveFiles { get; set; }

    /// <summary>Starts the program.</summary>
    public CrawlProcess Start(params string[] arguments) => Start(arguments, new Surroundings());

    public CrawlProcess Start(string[] arguments, Surroundings surroundings)
    {
        // Background jobs of a script ignore SIGINT, jobs of nohup SIGHUP, and the program would inherit that.
        string[] withSignals = OperatingSystem.IsLinux() ? ["env", "--default-signal=HUP,INT,QUIT"] : [];
        string[] command = surroundings.Around([.. withSignals, CrawlProcess.Executable, .. arguments]);
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Folder };
        start.Environment["TMPDIR"] = Temp;
        foreach (var (name, value) in surroundings.Environment)
            start.Environment[name] = value;
        var process = CrawlProcess.Start(start, surroundings.Input);
        _started.Add(process);
        return process;
    }

    /// <summary>Waits until a started server listens.</summary>
    /// <returns>The URL of the server.</returns>
    public static async Task<Uri> ServeAsync(CrawlProcess server)
    {
        const string prefix = "listening on ";
        await server.UntilAsync(() => server.Out.Contains(prefix, StringComparison.Ordinal), "the server listens");
        var line = server.Out.Split('\n').First(l => l.StartsWith(prefix, StringComparison.Ordinal));
        return new Uri(line[prefix.Length..].Split(';')[0] + "/");
    }

    /// <summary>Runs the program to its end.</summary>
    public Task<CrawlExit> RunAsync(params string[] arguments) => Start(arguments).ExitAsync();

    /// <summary>A path below the current folder.</summary>
    public string At(params string[] names) => Path.Combine([Folder, .. names]);

    /// <summary>All files and folders below the current folder, as relative paths.</summary>
    public string[] Entries() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
                .Select(e => Path.GetRelativePath(Folder, e))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Asserts that no process is left within 30 s; a browser whose owner was killed may take a moment to exit.</summary>
    public async Task AssertNoProcessesAsync()
    {
        var since = Stopwatch.StartNew();
        IReadOnlyList<CrawlChild> left;
        while ((left = Processes()).Count > 0 && since.Elapsed < Patience)
            await Task.Delay(50);
        Assert.Empty(left);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            // Servers are still running. If killed, the .NET runtime would leave entries in the temp folder.
            if (!MayLeaveFiles && !process.HasExited && !OperatingSystem.IsWindows())
            {
                process.Signal(CrawlProcess.Terminate);
                await process.ExitAsync();
            }
            await process.DisposeAsync();
        }
        try
        {
            await AssertNoProcessesAsync();
            if (!MayLeaveFiles)
                Assert.Empty(Directory.EnumerateFileSystemEntries(Temp));
        }
        finally
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    /// <summary>The processes with these folders in their arguments or environment.</summary>
    public IReadOnlyList<CrawlChild> Processes()
    {
        var mark = Encoding.UTF8.GetBytes(_root);
        var found = new List<CrawlChild>();
        if (!OperatingSystem.IsLinux())
            return found;
        foreach (var entry in Directory.EnumerateDirectories("/proc").Where(e => char.IsAsciiDigit(e[^1])))
        {
            try
            {
                var arguments = File.ReadAllBytes(Path.Combine(entry, "cmdline"));
                if (
                    arguments.AsSpan().IndexOf(mark) >= 0
                    || File.ReadAllBytes(Path.Combine(entry, "environ")).AsSpan().IndexOf(mark) >= 0
                )
                    found.Add(
                        new CrawlChild(
                            int.Parse(Path.GetFileName(entry)),
                            Encoding.UTF8.GetString(arguments).Replace('\0', ' ')
                        )
                    );
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has ended, or belongs to another user.
            }
        }
        return found;
    }
}

/// <summary>The program or one of its descendants.</summary>
internal sealed record CrawlChild(int Pid, string Arguments);

/// <summary>How the program is started.</summary>
internal sealed record Surroundings
{
    /// <summary>The standard input.</summary>
    public string Input { get; init; } = "";

    /// <summary>Variables in addition to the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Wraps the command line in another command, such as one that sets a limit.</summary>
    public Func<string[], string[]> Around { get; init; } = static command => command;
}
