using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Mcp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>
/// An MCP server over standard input and output. It crawls in this process, and ends with its input: then every visit is
/// cancelled, every browser disposed and every crawl deleted.
/// </summary>
internal sealed class StdioServer(CrawlerOptions options)
{
    // For answers that are still to be sent, also those of visits that were cancelled.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);

    /// <summary>Serves until the input ends, the process is asked to stop, or no memory is left for browsers.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("crawler-").FullName;
        try
        {
            await using var services = Build(folder);
            return await ServeAsync(services, stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ServiceProvider Build(string folder)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            logging.SetMinimumLevel(LogLevel.Warning);
            logging.AddSimpleConsole(line => line.SingleLine = true);
        });
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        services.AddSingleton<IBlobStore>(new FileBlobStore(folder));
        services.AddSingleton(options);
        services.AddCrawlerCore().AddEmbeddedHost();
        services.AddCrawlTools();
        return services.BuildServiceProvider();
    }

    private static async Task<int> ServeAsync(ServiceProvider services, CancellationToken stop)
    {
        var host = services.GetRequiredService<EmbeddedHost>();
        var calls = services.GetRequiredService<CallsInProgress>();
        var server = services.GetRequiredService<IOptions<McpServerOptions>>().Value;
        var log = services.GetRequiredService<ILoggerFactory>();
        var inputEnded = NewSignal();
        var stopped = NewSignal();
        await using var stopping = stop.Register(stopped.SetResult);
        using var ending = new CancellationTokenSource();
        await using var transport = new StreamServerTransport(
            new EndingStream(Console.OpenStandardInput(), () => inputEnded.TrySetResult()),
            Console.OpenStandardOutput(),
            server.ServerInfo?.Name,
            log
        );
        await using var mcp = McpServer.Create(transport, server, log, services);
        var running = mcp.RunAsync(ending.Token);
        await Task.WhenAny(running, inputEnded.Task, stopped.Task, host.Exhausted);
        await calls.CancelAsync();
        // Crawls are not handed back: nobody can ask for them again.
        await host.DrainAsync(TimeSpan.Zero);
        await EndAsync(running, ending);
        return host.Exhausted.IsCompleted ? ExitCode.Restart : ExitCode.Done;
    }

    private static async Task EndAsync(Task running, CancellationTokenSource ending)
    {
        try
        {
            await running.WaitAsync(AnswerLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            await ending.CancelAsync();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
