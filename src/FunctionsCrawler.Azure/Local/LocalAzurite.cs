using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Azurite, the emulator of Azure Storage, as a process of ours. It lives as long as the pipe to its standard input: it
/// ends, and saves what it holds, when this is disposed of or when our process dies, however that happens.
/// </summary>
public sealed partial class LocalAzurite : IAsyncDisposable
{
    private const string Host = "127.0.0.1";

    // The account of every Azurite, as its documentation gives it.
    private const string Account = "devstoreaccount1";
    private const string AccountKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Node runs this module before Azurite. Its handler of SIGTERM saves and ends; before it has one there is nothing to save.
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
        // Read, or Azurite would wait when the pipe is full.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>The ports it listens at, on 127.0.0.1.</summary>
    public AzuritePorts Ports { get; }

    /// <summary>The id of its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>How its account is reached: blobs, queues and tables.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={AccountKey};"
        + $"BlobEndpoint=http://{Host}:{Ports.Blob}/{Account};QueueEndpoint=http://{Host}:{Ports.Queue}/{Account};"
        + $"TableEndpoint=http://{Host}:{Ports.Table}/{Account};";

    /// <summary>Starts Azurite and waits until it listens.</summary>
    /// <param name="folder">Where it keeps its data; made where there is none. One process at a time.</param>
    /// <param name="ports">The ports to listen at, each 0 for a free one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="FileNotFoundException">There is no Azurite; the message says how to install it.</exception>
    /// <exception cref="IOException">It did not start; the message says why.</exception>
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
            var complaint = LastLineAsync(process.StandardError);
            var listening = await ListeningAsync(process.StandardOutput)
                .WaitAsync(StartLimit, time, cancellationToken)
                .ConfigureAwait(false);
            if (listening is { } found)
                return new LocalAzurite(process, found, time);
            throw new IOException($"Azurite ended at once: {await complaint.ConfigureAwait(false)}");
        }
        catch (Exception e)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            process.Dispose();
            if (e is TimeoutException)
                throw new IOException($"Azurite did not listen within {StartLimit.TotalSeconds} s.", e);
            throw;
        }
    }

    /// <summary>Lets it save its data and end; kills it when it has not ended within 10 s.</summary>
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
            // Today's SDKs speak newer versions of the protocol than Azurite knows by name.
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

    /// <summary>Reads until all three services have said where they listen; null when the process ends before.</summary>
    private static async Task<AzuritePorts?> ListeningAsync(StreamReader output)
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        while (ports.Count < 3)
        {
            if (await output.ReadLineAsync().ConfigureAwait(false) is not { } line)
                return null;
            if (Listening().Match(line) is { Success: true } said)
                ports[said.Groups["service"].Value] = int.Parse(
                    said.Groups["port"].Value,
                    CultureInfo.InvariantCulture
                );
        }
        return new AzuritePorts(ports["Blob"], ports["Queue"], ports["Table"]);
    }

    private static async Task<string> LastLineAsync(StreamReader reader)
    {
        var last = "it gave no reason";
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

/// <summary>Ports of Azurite's services.</summary>
/// <param name="Blob">Of the blob service.</param>
/// <param name="Queue">Of the queue service.</param>
/// <param name="Table">Of the table service.</param>
public readonly record struct AzuritePorts(int Blob, int Queue, int Table)
{
    /// <summary>Whatever is free.</summary>
    public static AzuritePorts Free => default;

    /// <summary>Those that <c>UseDevelopmentStorage=true</c> means.</summary>
    public static AzuritePorts Usual => new(10000, 10001, 10002);
}
