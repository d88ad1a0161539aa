using System.Runtime.ExceptionServices;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Live;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Common;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Runs the crawl of an output folder, shows its progress, and writes the results even if it fails or is cancelled.</summary>
internal sealed class CrawlRun(OutputFolder folder, ViewOptions view)
{
    private readonly TimeProvider _time = TimeProvider.System;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(() => OnSignal(stop));
        string? fault = null;
        var code = ExitCode.Failed;
        try
        {
            if (await folder.Crawl.TakeSummaryAsync(stop.Token) is not { State: CrawlState.Completed })
            {
                await StartupSweep.RunAsync(stop.Token);
                await using var results = LiveResults.Start(folder, _time);
                await CrawlAsync(stop.Token);
            }
            else if (await FindDamageAsync(stop.Token) is { } damage)
            {
                // The files of the last run may be complete, so they are not replaced.
                await ErrorLine.WriteAsync(damage);
                return ExitCode.Failed;
            }
        }
        catch (OperationCanceledException)
        {
            fault = "the crawl was stopped immediately";
        }
        catch (ActivityFailedException e) when (e.InnerException is WorkerExhaustedException)
        {
            (fault, code) = (e.InnerException.Message, ExitCode.Restart);
        }
        catch (Exception e)
            when (e is ActivityFailedException or IOException or InvalidDataException or DamagedBlobException)
        {
            fault = e.Message;
        }
        return await ReportAsync(fault, stop.IsCancellationRequested ? ExitCode.Cancelled : code);
    }

    // A crawl that has completed is not repaired without being asked: if the site is gone, pages that depend on the damaged ones
    // would be lost as well.
    private async Task<string?> FindDamageAsync(CancellationToken cancellationToken)
    {
        var check = new StorageCheck(folder.Crawl.Store);
        var damage = await check
            .CheckAsync(folder.Crawl.CrawlId, cancellationToken)
            .FirstOrDefaultAsync(cancellationToken);
        return damage is null
            ? null
            : $"{damage.Problem}; after crawl doctor --storage '{folder.Path}' --repair, crawl --resume makes it again";
    }

    private async Task CrawlAsync(CancellationToken cancellationToken)
    {
        await folder.Crawl.ReopenAsync(cancellationToken);
        var monitor = new CrawlMonitor(_time);
        var options = folder.Settings.ToOptions();
        // The user decides whether to resume after a failure.
        options.StopOnFailure = true;
        await using var services = new ServiceCollection()
            .AddSingleton(folder.Crawl.Store)
            .AddSingleton(await FindEarlierCrawlsAsync(cancellationToken))
            .AddSingleton(options)
            .AddSingleton<ICrawlObserver>(monitor)
            .AddSingleton<ILoggerFactory>(new SingleLoggerFactory(monitor))
            .AddCrawlerCore()
            .AddEmbeddedHost()
            .BuildServiceProvider();
        var host = services.GetRequiredService<EmbeddedHost>();
        await host.ScheduleAsync(folder.Crawl.CrawlId, cancellationToken);
        var crawl = host.WaitAsync(folder.Crawl.CrawlId);
        await using var stopping = cancellationToken.Register(() => host.DrainAsync(TimeSpan.Zero).Observe());
        if (!view.Quiet)
            await new ProgressView(monitor, services.GetRequiredService<MemoryGovernor>(), _time).ShowAsync(crawl);
        if (await crawl is { } stopped)
            ExceptionDispatchInfo.Throw(stopped);
    }

    private async Task<EarlierCrawls> FindEarlierCrawlsAsync(CancellationToken cancellationToken)
    {
        if (folder.Settings.SinceFolder is not { } since)
            return new EarlierCrawls(folder.Crawl.Store);
        var earlier = await EarlierFolder.OpenAsync(since, cancellationToken);
        return new EarlierCrawls(
            folder.Crawl.Store,
            new Dictionary<string, IBlobStore>(StringComparer.Ordinal) { [earlier.CrawlId] = earlier.Store }
        );
    }

    private async Task<int> ReportAsync(string? fault, int code)
    {
        try
        {
            var summary =
                await folder.Crawl.GetSummaryAsync(CancellationToken.None)
                ?? await CrawlSummaries.ComputeAsync(
                    folder.Crawl,
                    code == ExitCode.Cancelled ? CrawlState.Cancelled : CrawlState.Failed,
                    _time,
                    CancellationToken.None
                );
            await Exporter.WriteAsync(folder, summary);
            SummaryText.Print(summary, folder, view);
            if (fault is null)
                return SummaryText.CodeOf(summary);
        }
        catch (Exception e) when (e is InvalidDataException or DamagedBlobException)
        {
            fault ??= e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault ??= $"the results cannot be written: {e.Message}";
        }
        await ErrorLine.WriteAsync(view.CanResume ? $"{fault}; continue with crawl --resume '{folder.Path}'" : fault);
        return code;
    }

    // The first signal cancels the crawl, which then ends in an orderly way. The second one stops it immediately.
    private void OnSignal(CancellationTokenSource stop)
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 1)
        {
            stop.Cancel();
            return;
        }
        Console.Error.WriteLine("crawl: cancelling; interrupt again to stop immediately");
        try
        {
            folder.Crawl.CancelAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // On a full disk the cancel marker cannot be written either. Committed pages are kept.
            stop.Cancel();
        }
    }

    private int _signalled;
}
