using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage.Tests.Local;

public sealed class LocalAzuriteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("azurite-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Needs(Need.Azurite)]
    public async Task Dispose_Running_EndsTheProcessAndKeepsItsData()
    {
        SkipWithoutAzurite();
        AzuritePorts ports;
        int process;
        await using (var first = await StartAsync(AzuritePorts.Free))
        {
            (ports, process) = (first.Ports, first.ProcessId);
            var store = await AzureBlobStore.OpenAsync(Account(first), Cancellation);
            await store.PutAsync("a", "1"u8.ToArray(), PutCondition.None, Cancellation);
        }
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(process));

        await using var second = await StartAsync(ports);

        Assert.Equal(ports, second.Ports);
        var again = await AzureBlobStore.OpenAsync(Account(second), Cancellation);
        Assert.NotNull(await again.GetAsync("a", Cancellation));
    }

    [Fact]
    [Needs(Need.Azurite)]
    public async Task Start_PortTaken_IOExceptionSayingWhy()
    {
        SkipWithoutAzurite();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var error = await Assert.ThrowsAsync<IOException>(() => StartAsync(new AzuritePorts(0, port, 0)));

        Assert.Contains("EADDRINUSE", error.Message);
    }

    [Fact]
    [Needs(Need.Azurite)]
    public async Task Start_Cancelled_LeavesNoProcess()
    {
        SkipWithoutAzurite();
        using var stop = new CancellationTokenSource();
        var starting = LocalAzurite.StartAsync(_folder, AzuritePorts.Free, TimeProvider.System, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);

        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain(_folder, string.Join('\n', CommandLines()));
    }

    [Fact]
    public void Find_NotInstalled_NamesTheCommandThatInstallsIt()
    {
        Assert.Null(AzuriteLocator.Find(named: null, searchPath: _folder, out var fault));

        Assert.Contains("'npm install -g azurite'", fault);
        Assert.Contains(AzuriteLocator.Variable, fault);
    }

    [Fact]
    public void Find_VariableNamesMissingFile_FaultWithoutSearchingPath()
    {
        var onPath = Path.Combine(_folder, OperatingSystem.IsWindows() ? "azurite.cmd" : "azurite");
        File.WriteAllText(onPath, "");

        Assert.Equal(onPath, AzuriteLocator.Find(named: null, _folder, out var none));
        Assert.Null(none);
        Assert.Null(AzuriteLocator.Find("/nowhere/azurite.js", _folder, out var fault));
        Assert.Contains("'/nowhere/azurite.js'", fault);
    }

    private Task<LocalAzurite> StartAsync(AzuritePorts ports) =>
        LocalAzurite.StartAsync(_folder, ports, TimeProvider.System, Cancellation);

    private static AzureStorageOptions Account(LocalAzurite azurite) =>
        new() { ConnectionString = azurite.ConnectionString };

    private static void SkipWithoutAzurite() =>
        Requires.Installed(Need.Azurite, AzuriteLocator.Find(out var fault) is not null, $"No Azurite: {fault}");

    private static IEnumerable<string> CommandLines()
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc").Where(e => char.IsAsciiDigit(e[^1])))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(entry, "cmdline"));
            }
            catch (IOException)
            {
                continue; // The process has exited.
            }
            yield return line;
        }
    }
}
