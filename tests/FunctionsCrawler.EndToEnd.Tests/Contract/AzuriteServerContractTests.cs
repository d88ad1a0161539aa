using FunctionsCrawler.AzureStorage;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The contract of <c>crawl serve --azurite</c>; one server answers all of it.</summary>
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
