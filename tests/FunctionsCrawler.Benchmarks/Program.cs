using System.CommandLine;
using FunctionsCrawler.Benchmarks.Egress;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Benchmarks.Sites;

// Whole crawls take seconds and start processes: they are timed by hand, in pairs, and not by a harness for methods.
var kind = new Option<SiteKind>("--kind") { Required = true };
var site = new Command("site", "Serves a site until standard input ends.") { Hidden = true, Options = { kind } };
site.SetAction((parsed, token) => BenchmarkSite.ServeAsync(parsed.GetValue(kind), token));
var root = new RootCommand("Measures whole crawls on this machine. Nothing else should run on it.")
{
    new EgressCommand(),
    site,
};
try
{
    // Whoever interrupts a run still waits for the end of its browsers.
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
