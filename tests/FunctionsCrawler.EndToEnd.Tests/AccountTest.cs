using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A test of servers that use a storage account: an Azurite of its own.</summary>
public abstract class AccountTest : EndToEndTest
{
    private protected Azurite Account { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Account = await Azurite.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            // Fails if a process or file is left.
            await base.DisposeAsync();
        }
        finally
        {
            await Account.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    private protected CrawlProcess Serve() =>
        Place.Start("serve", "--port", "0", "--allow-private", "--storage", Account.Options.ConnectionString!);

    private protected static async Task<ContractClient> ConnectAsync(CrawlProcess server) =>
        new(await Workplace.ServeAsync(server));
}
