using FunctionsCrawler.AzureStorage;

namespace FunctionsCrawler.AzureStorage.Tests.Running;

/// <summary>
/// An Azurite on free ports with a temp folder of its own, of which nothing is left at the end. It can go away and come
/// back at the same ports with what it held. Where it is not installed, the tests that ask for it skip.
/// </summary>
public sealed class Azurite : IAsyncLifetime
{
    private string _folder = "";
    private AzuritePorts _ports = AzuritePorts.Free;
    private LocalAzurite? _running;
    private string? _fault;

    /// <summary>The account, also while it is away.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>How the account is reached.</summary>
    public AzureStorageOptions Options
    {
        get
        {
            Assert.SkipWhen(_fault is not null, $"No Azurite: {_fault}");
            return new AzureStorageOptions { ConnectionString = ConnectionString };
        }
    }

    /// <summary>Starts one for a test that ends it.</summary>
    public static async Task<Azurite> StartAsync()
    {
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        return azurite;
    }

    public async ValueTask InitializeAsync()
    {
        if (AzuriteLocator.Find(out _fault) is null)
            return;
        _folder = Directory.CreateTempSubdirectory("azurite-").FullName;
        await ComeBackAsync();
    }

    /// <summary>Ends it, its data kept.</summary>
    public async Task GoAwayAsync()
    {
        if (_running is not null)
            await _running.DisposeAsync();
        _running = null;
    }

    /// <summary>Starts it where it was.</summary>
    public async Task ComeBackAsync()
    {
        _running = await LocalAzurite.StartAsync(_folder, _ports, TimeProvider.System, CancellationToken.None);
        _ports = _running.Ports;
        ConnectionString = _running.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync();
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }
}
