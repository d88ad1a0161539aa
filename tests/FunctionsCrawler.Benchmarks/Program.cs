using System.CommandLine;
using FunctionsCrawler.Benchmarks.Comparison;
using FunctionsCrawler.Benchmarks.Egress;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Benchmarks.Micro;
using FunctionsCrawler.Benchmarks.Scale;
using FunctionsCrawler.Benchmarks.Sites;

// Whole crawls take seconds and start processes, so they are timed in pairs of runs. BenchmarkDotNet measures methods.
var kind = new Option<SiteKind>("--kind") { Required = true };
var pages = new Option<int>("--pages") { Required = true };
var site = new Command("site", "Serves a site until standard input ends.") { Hidden = true, Options = { kind, pages } };
site.SetAction((parsed, token) => BenchmarkSite.ServeAsync(parsed.GetValue(kind), parsed.GetValue(pages), token));
var root = new RootCommand("Measures the crawler on this machine. Run nothing else on it meanwhile.")
{
    new CompareCommand(),
    new MicroCommand(),
    new EgressCommand(),
    new FrontierCommand(),
    new ScaleCommand(),
    site,
};
try
{
    // After an interrupt, wait for the browsers to be disposed.
    var invocation = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
    };
    return await root.Parse(args).InvokeAsync(invocation);
}
catch (OperationCanceledException)
{
    return 130;
}
catch (BenchmarkException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
