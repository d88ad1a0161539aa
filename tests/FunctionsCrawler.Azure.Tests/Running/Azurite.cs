using FunctionsCrawler.AzureStorage;

namespace FunctionsCrawler.AzureStorage.Tests.Running;

/// <summary>
/// An Azurite on its own ports with its own temp folder, which is deleted at the end. It can be stopped and restarted on the same
/// ports with its data. If Azurite is not installed, the tests that use it are skipped.
/// </summary>
public sealed class Azurite : IAsyncLifetime
{
    // Reserved until the end, so that nothing else listens on them while Azurite is stopped.
    private readonly ReservedPort[] _ports = [new(), new(), new()];
    private string _folder = "";
    private LocalAzurite? _running;
    private string? _fault;
    private readonly Lazy<Task> _starting;

    public Azurite() => _starting = new Lazy<Task>(() => Task.Run(RestartAsync));

    /// <summary>The connection string of the account, also valid while Azurite is stopped.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The options to connect to the account. Skips the test if Azurite is not installed.</summary>
    internal AzureStorageOptions Options
    {
        get
        {
            Requires.Installed(Need.Azurite, _fault is null, $"No Azurite: {_fault}");
            // Started for the first test that asks, so that a run without such a test starts no process.
            _starting.Value.GetAwaiter().GetResult();
            return new AzureStorageOptions { ConnectionString = ConnectionString };
        }
    }

    /// <summary>Starts a separate Azurite, for a test that stops it.</summary>
    public static async Task<Azurite> StartAsync()
    {
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        if (azurite._fault is null)
            await azurite._starting.Value;
        return azurite;
    }

    public ValueTask InitializeAsync()
    {
        if (AzuriteLocator.Find(out _fault) is not null)
            _folder = Directory.CreateTempSubdirectory("azurite-").FullName;
        return ValueTask.CompletedTask;
    }

    /// <summary>Stops Azurite and keeps its data.</summary>
    public async Task StopAsync()
    {
        if (_running is not null)
            await _running.DisposeAsync();
        _running = null;
    }

    /// <summary>Starts Azurite on the same ports with the same data.</summary>
    public async Task RestartAsync()
    {
        var ports = new AzuritePorts(_ports[0].Number, _ports[1].Number, _ports[2].Number);
        _running = await LocalAzurite.StartAsync(_folder, ports, TimeProvider.System, CancellationToken.None);
        ConnectionString = _running.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var port in _ports)
            port.Dispose();
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }
}
