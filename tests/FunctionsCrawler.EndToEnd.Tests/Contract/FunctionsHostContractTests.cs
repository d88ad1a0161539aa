namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The contract of a Functions host that runs already, on this machine and with private addresses allowed.</summary>
public sealed class FunctionsHostContractTests : CrawlContract
{
    private const string Variable = "CRAWL_TEST_HOST";

    // Its health is anybody's to ask.
    private protected override bool TellsHowItIs => false;

    private protected override Task<ContractClient> ConnectAsync()
    {
        var host = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(host is null, $"{Variable} names no Functions host.");
        var key = Environment.GetEnvironmentVariable("CRAWL_API_KEY");
        return Task.FromResult(new ContractClient(new Uri(host!.TrimEnd('/') + "/"), key));
    }
}
