using FunctionsCrawler.AzureStorage;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The contract against <c>crawl serve --azurite</c>; all tests share one server.</summary>
[Needs(Need.Azurite)]
public sealed class AzuriteServerContractTests(AzuriteServerContractTests.Server server)
    : CrawlContract,
        IClassFixture<AzuriteServerContractTests.Server>
{
    private protected override Task<ContractClient> ConnectAsync() => Task.FromResult(new ContractClient(server.Url));

    public sealed class Server() : ContractServer(WhyNot(), "--azurite")
    {
        private static string? WhyNot() => AzuriteLocator.Find(out var fault) is null ? $"No Azurite: {fault}" : null;
    }
}
