using System.Diagnostics;
using System.Text;

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>
/// Where the program runs in a test: a current folder and a temp folder of its own, so that whatever it leaves behind is
/// seen. At the end nothing may be left in the temp folder, and no process that knows of it.
/// </summary>
internal sealed class Workplace : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Short names: full Chromium binds a socket far below its temp folder.
    private readonly string _root = Directory.CreateTempSubdirectory("ct-").FullName;
    private readonly List<CrawlProcess> _started = [];

    public Workplace()
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Temp);
    }

    /// <summary>The folder that holds all of it.</summary>
    public string Root => _root;

    /// <summary>The current folder of the program.</summary>
    public string Folder => Path.Combine(_root, "work");

    /// <summary>The temp folder of the program.</summary>
    public string Temp => Path.Combine(_root, "t");

    /// <summary>Set where the program was killed: its temp entries outlive it then. Its processes must not.</summary>
    public bool MayLeaveFiles { get; set; }

    /// <summary>Starts the program.</summary>
    public CrawlProcess Start(params string[] arguments) => Start(arguments, new Surroundings());

    public CrawlProcess Start(string[] arguments, Surroundings surroundings)
    {
        // Whoever runs the tests in the background of a script has SIGINT ignored, and so would the program.
        string[] asked = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT,QUIT"] : [];
        string[] command = surroundings.Around([.. asked, CrawlProcess.Executable, .. arguments]);
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Folder };
        start.Environment["TMPDIR"] = Temp;
        foreach (var (name, value) in surroundings.Environment)
            start.Environment[name] = value;
        var process = CrawlProcess.Start(start, surroundings.Input);
        _started.Add(process);
        return process;
    }

    /// <summary>Waits until a server that was started listens.</summary>
    /// <returns>Where.</returns>
    public static async Task<Uri> ServeAsync(CrawlProcess server)
    {
        const string said = "listening on ";
        await server.UntilAsync(() => server.Out.Contains(said, StringComparison.Ordinal), "it listened");
        var line = server.Out.Split('\n').First(l => l.StartsWith(said, StringComparison.Ordinal));
        return new Uri(line[said.Length..].Split(';')[0] + "/");
    }

    /// <summary>Runs the program to its end.</summary>
    public Task<CrawlExit> RunAsync(params string[] arguments) => Start(arguments).ExitAsync();

    /// <summary>A path below the current folder.</summary>
    public string At(params string[] names) => Path.Combine([Folder, .. names]);

    /// <summary>Everything below the current folder, as relative paths.</summary>
    public string[] Entries() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
                .Select(e => Path.GetRelativePath(Folder, e))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Asserts that no process of this place is left; a browser whose owner was killed may take a moment.</summary>
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
            // A server still runs. Killed, it would leave entries of its runtime in the temp folder.
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

    /// <summary>The processes that show this place in their arguments or their environment.</summary>
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
                // It has ended meanwhile, or is another user's.
            }
        }
        return found;
    }
}

/// <summary>A process that the program started, or the program itself.</summary>
internal sealed record CrawlChild(int Pid, string Arguments);

/// <summary>What the program finds when it starts.</summary>
internal sealed record Surroundings
{
    /// <summary>Its standard input.</summary>
    public string Input { get; init; } = "";

    /// <summary>Variables besides the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What is started when it is not the program itself: a command that starts it.</summary>
    public Func<string[], string[]> Around { get; init; } = static command => command;
}
