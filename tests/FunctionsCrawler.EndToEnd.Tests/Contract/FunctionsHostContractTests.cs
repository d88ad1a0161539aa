namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The contract against a Functions host that already runs on this machine with private addresses allowed.</summary>
[Needs(Need.Functions)]
public sealed class FunctionsHostContractTests : CrawlContract
{
    private const string Variable = "CRAWL_TEST_HOST";

    // The health endpoint needs no key and therefore reports no details.
    private protected override bool ReportsDetails => false;

    private protected override Task<ContractClient> ConnectAsync()
    {
        var host = Environment.GetEnvironmentVariable(Variable);
        Requires.Available(host is not null, Unavailable.FunctionsHost, $"{Variable} names no Functions host.");
        var key = Environment.GetEnvironmentVariable("CRAWL_API_KEY");
        return Task.FromResult(new ContractClient(new Uri(host.TrimEnd('/') + "/"), key));
    }
}
