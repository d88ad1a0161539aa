using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Runs Azurite, the Azure Storage emulator, as a child process. Azurite saves its data and exits when its standard input
/// closes: when this object is disposed or when the parent process dies, for whatever reason.
/// </summary>
internal sealed partial class LocalAzurite : IAsyncDisposable
{
    private const string Host = "127.0.0.1";

    // Azurite's well-known default account, from its documentation. Not a secret.
    private const string Account = "devstoreaccount1";
    private const string AccountKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Node runs this module before Azurite. Azurite's SIGTERM handler saves and exits; until it is installed there is nothing
    // to save.
    private const string EndWithInput =
        "process.stdin.on('end', () => process.emit('SIGTERM') || process.exit()).resume();";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly TimeProvider _time;

    private LocalAzurite(Process process, AzuritePorts ports, TimeProvider time)
    {
        _process = process;
        _time = time;
        Ports = ports;
        // Drain the output; otherwise Azurite would block once the pipe is full.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>The ports that Azurite listens on, on 127.0.0.1.</summary>
    public AzuritePorts Ports { get; }

    /// <summary>The id of Azurite's process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The connection string of Azurite's account, for blobs, queues and tables.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};"
        + $"BlobEndpoint=http://{Host}:{Ports.Blob}/{Account};QueueEndpoint=http://{Host}:{Ports.Queue}/{Account};"
        + $"TableEndpoint=http://{Host}:{Ports.Table}/{Account};";

    /// <summary>Starts Azurite and waits until it listens, at most for 60 s.</summary>
    /// <param name="folder">
    /// The folder for Azurite's data; created if it does not exist. Only one process at a time may use it.
    /// </param>
    /// <param name="ports">The ports to listen on; 0 for any free port.</param>
    /// <param name="time">The clock for the time limits.</param>
    /// <param name="cancellationToken">Cancels the start and ends the process.</param>
    /// <exception cref="FileNotFoundException">Azurite is not installed; the message says how to install it.</exception>
    /// <exception cref="IOException">Azurite did not start; the message says why.</exception>
    public static async Task<LocalAzurite> StartAsync(
        string folder,
        AzuritePorts ports,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var azurite = AzuriteLocator.Find(out var fault) ?? throw new FileNotFoundException(fault);
        Directory.CreateDirectory(folder);
        var process = Start(azurite, folder, ports);
        try
        {
            var lastError = LastLineAsync(process.StandardError);
            var listening = await ListeningAsync(process.StandardOutput)
                .WaitAsync(StartLimit, time, cancellationToken)
                .ConfigureAwait(false);
            if (listening is { } found)
                return new LocalAzurite(process, found, time);
            throw new IOException($"Azurite exited during startup: {await lastError.ConfigureAwait(false)}");
        }
        catch (Exception e)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            process.Dispose();
            if (e is TimeoutException)
                throw new IOException($"Azurite did not start listening within {StartLimit.TotalSeconds} s.", e);
            throw;
        }
    }

    /// <summary>Lets Azurite save its data and exit; kills it if it has not exited within 10 s.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process
                .WaitForExitAsync(CancellationToken.None)
                .WaitAsync(EndLimit, _time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        _process.Dispose();
    }

    private static Process Start(string azurite, string folder, AzuritePorts ports)
    {
        string[] command =
        [
            .. AzuriteLocator.OwnSession(),
            .. azurite.EndsWith(".js", StringComparison.OrdinalIgnoreCase) ? ["node", azurite] : (string[])[azurite],
            "--location",
            folder,
            "--blobHost",
            Host,
            "--blobPort",
            Text(ports.Blob),
            "--queueHost",
            Host,
            "--queuePort",
            Text(ports.Queue),
            "--tableHost",
            Host,
            "--tablePort",
            Text(ports.Table),
            "--silent",
            "--disableTelemetry",
            // Current SDKs use newer protocol versions than Azurite's list.
            "--skipApiVersionCheck",
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_OPTIONS"] = "--import=data:text/javascript," + Uri.EscapeDataString(EndWithInput);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"Azurite cannot be started: {e.Message}", e);
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads the output until all three services have reported their ports; null if the process exits before.
    /// </summary>
    private static async Task<AzuritePorts?> ListeningAsync(StreamReader output)
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        while (ports.Count < 3)
        {
            if (await output.ReadLineAsync().ConfigureAwait(false) is not { } line)
                return null;
            if (Listening().Match(line) is { Success: true } match)
                ports[match.Groups["service"].Value] = int.Parse(
                    match.Groups["port"].Value,
                    CultureInfo.InvariantCulture
                );
        }
        return new AzuritePorts(ports["Blob"], ports["Queue"], ports["Table"]);
    }

    private static async Task<string> LastLineAsync(StreamReader reader)
    {
        var last = "no error output";
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            if (!string.IsNullOrWhiteSpace(line))
                last = line;
        return last;
    }

    [GeneratedRegex(
        @"Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://[^:]+:(?<port>\d+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Listening();
}

/// <summary>The ports of Azurite's services. 0 means any free port.</summary>
/// <param name="Blob">The port of the blob service.</param>
/// <param name="Queue">The port of the queue service.</param>
/// <param name="Table">The port of the table service.</param>
internal readonly record struct AzuritePorts(int Blob, int Queue, int Table)
{
    /// <summary>Any free ports.</summary>
    public static AzuritePorts Free => default;

    /// <summary>The ports that <c>UseDevelopmentStorage=true</c> refers to: 10000, 10001 and 10002.</summary>
    public static AzuritePorts Usual => new(10000, 10001, 10002);
}
