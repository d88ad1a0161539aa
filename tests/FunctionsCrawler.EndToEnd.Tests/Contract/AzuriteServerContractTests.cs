using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The contract of <c>crawl serve --azurite</c>; one server answers all of it.</summary>
public sealed class AzuriteServerContractTests(AzuriteServerContractTests.Server server)
    : CrawlContract,
        IClassFixture<AzuriteServerContractTests.Server>
{
    private protected override Task<ContractClient> ConnectAsync() => Task.FromResult(new ContractClient(server.Url));

    public sealed class Server : IAsyncLifetime
    {
        private readonly Workplace _place = new();
        private readonly bool _isThere = AzuriteLocator.Find(out _) is not null;
        private Uri? _url;

        public Uri Url
        {
            get
            {
                AzuriteLocator.Find(out var fault);
                Assert.SkipWhen(_url is null, $"No Azurite: {fault}");
                return _url!;
            }
        }

        public async ValueTask InitializeAsync()
        {
            if (_isThere)
                _url = await Workplace.ServeAsync(_place.Start("serve", "--port", "0", "--allow-private", "--azurite"));
        }

        public ValueTask DisposeAsync() => _place.DisposeAsync();
    }
}
