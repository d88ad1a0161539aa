using System.Runtime.InteropServices;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Live;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Runs the crawl of an output folder to its end, shows it, and writes the results, whatever the end is.</summary>
internal sealed class CrawlRun(OutputFolder folder, ViewOptions view)
{
    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, stop));
        string? fault = null;
        var code = ExitCode.Failed;
        try
        {
            if (await folder.Crawl.GetSummaryAsync(stop.Token) is not { State: CrawlState.Completed })
            {
                await SweepCommand.BeforeCrawlAsync(stop.Token);
                await CrawlAsync(stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            fault = "stopped at once";
        }
        catch (ActivityFailedException e) when (e.InnerException is WorkerExhaustedException)
        {
            (fault, code) = (e.InnerException.Message, ExitCode.Restart);
        }
        catch (Exception e) when (e is ActivityFailedException or IOException or InvalidDataException)
        {
            fault = e.Message;
        }
        return await ReportAsync(fault, stop.IsCancellationRequested ? ExitCode.Cancelled : code);
    }

    private async Task CrawlAsync(CancellationToken cancellationToken)
    {
        await folder.Crawl.ReopenAsync(cancellationToken);
        var monitor = new CrawlMonitor(_time);
        var options = folder.Settings.WorkerOptions with { Logger = monitor };
        await using var worker = new CrawlWorker(folder.Crawl.Store, options, monitor, _time);
        var crawl = new EmbeddedEngine(worker).RunAsync(folder.Crawl.CrawlId, monitor.Report, cancellationToken);
        if (!view.Quiet)
            await new ProgressView(monitor, worker.Governor, _time).ShowAsync(crawl);
        await crawl;
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
            SummaryText.Print(summary, folder.Path, view);
            if (fault is null)
                return SummaryText.CodeOf(summary);
        }
        catch (InvalidDataException e)
        {
            fault ??= e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault ??= $"the results cannot be written: {e.Message}";
        }
        await Console.Error.WriteLineAsync(CrawlProgram.Line($"{fault}; go on with crawl --resume '{folder.Path}'"));
        return code;
    }

    // The first signal cancels the crawl, which then ends by itself; a second one does not wait for that.
    private void OnSignal(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        if (Interlocked.Exchange(ref _signalled, 1) == 1)
        {
            stop.Cancel();
            return;
        }
        Console.Error.WriteLine("crawl: cancelling; once more stops at once");
        try
        {
            folder.Crawl.CancelAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // A full disk does not take the marker either. What is committed stays.
            stop.Cancel();
        }
    }

    private int _signalled;
}
