using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Runs crawls until the requested minutes or invocations are reached, and takes a sample after each.</summary>
internal sealed class SoakRun(SoakOptions options, SoakFolder folder, TimeProvider time)
{
    // About ten seconds of work between two probes. More probes would cost more time than they add precision.
    private const int InvocationsPerProbe = 8;

    // A site that needs no browser, such as one of plain files, would otherwise keep the soak running forever.
    private const int MaxCrawlsWithoutBrowser = 20;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);

    private readonly SoakSeries _series = new();
    private readonly SoakTally _tally = new();
    private readonly Leftovers _leftovers = new(time);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _started = time.GetTimestamp();
    private long _reported = time.GetTimestamp();
    private int _crawls;
    private int _withoutBrowser;

    /// <summary>Runs the soak to its end.</summary>
    /// <param name="stop">Ends the soak early; the results so far count.</param>
    public async Task<(SoakSummary Summary, SoakSeries Series)> RunAsync(CancellationToken stop)
    {
        var pages = new SoakPages(options.HostilePercent, options.Seed);
        await using var site =
            options.Urls.Count == 0 ? await SoakSite.StartAsync(pages, time, CancellationToken.None) : null;
        var plan = new SoakPlan(options, site?.Url, pages);
        var control = new SoakControl(plan.Probe, options, time);
        await using (var watch = new TreeWatch(time))
        await using (var crawler = new SoakCrawler(options, time))
        {
            var probedAt = 0;
            while (!stop.IsCancellationRequested && !IsDone())
            {
                site?.BeginCrawl();
                await CrawlAsync(crawler, plan.Next(_crawls + 1), watch, stop);
                if (_series.Invocations.Count - probedAt >= InvocationsPerProbe && !stop.IsCancellationRequested)
                {
                    await ProbeAsync(crawler, plan.Probe, control, watch, stop);
                    probedAt = _series.Invocations.Count;
                }
                await ReportAsync();
            }
        }
        // Now that the worker is disposed, nothing at all may be left.
        await _leftovers.CheckAsync();
        return (Summarize(stop.IsCancellationRequested && !IsDone()), _series);
    }

    private bool IsDone() =>
        _withoutBrowser >= MaxCrawlsWithoutBrowser
        || (
            options.Invocations is { } invocations
                ? _series.Invocations.Count >= invocations
                : time.GetElapsedTime(_started) >= TimeSpan.FromMinutes(options.Minutes!.Value)
        );

    private async Task<SoakCrawl> CrawlAsync(
        SoakCrawler crawler,
        CrawlRequest request,
        TreeWatch watch,
        CancellationToken stop
    )
    {
        _crawls++;
        watch.Take();
        var crawl = await crawler.RunAsync(request, stop);
        var peak = watch.Take();
        _withoutBrowser = crawl.Receipts.Count > 0 ? 0 : _withoutBrowser + 1;
        if (crawl.Fault is not null)
        {
            _tally.AddFault(_crawls, crawl.Fault);
            await Console.Error.WriteLineAsync($"crawl {_crawls} failed: {crawl.Fault}");
        }
        foreach (var marker in crawl.Markers.Concat(crawl.Receipts.Select(r => r.Invocation)))
            _leftovers.AddMarker(marker);
        _tally.Add(crawl, builtIn: options.Urls.Count == 0);
        AddInvocations(crawl);
        await AddProcessAsync(peak);
        return crawl;
    }

    private void AddInvocations(SoakCrawl crawl)
    {
        foreach (var receipt in crawl.Receipts)
        {
            var chunk = crawl.Chunks.FirstOrDefault(c => c.Receipts.Any(r => IsSame(r.Invocation, receipt.Invocation)));
            var healthy = SoakTally.HealthyDurations(chunk?.Pages ?? []);
            var sample = new InvocationSample
            {
                N = _series.Invocations.Count + 1,
                Crawl = _crawls,
                At = time.GetUtcNow(),
                Marker = receipt.Invocation,
                Visits = receipt.Pages,
                LatencyMs = MedianOrNull(healthy),
                LaunchMs = Math.Round(receipt.LaunchMs, 1),
                DisposeMs = Math.Round(receipt.DisposeMs, 1),
                PeakMb = Math.Round(receipt.PeakMemoryMb, 1),
                Killed = receipt.Killed,
                ProcessesLeft = receipt.ProcessesLeft ?? 0,
                BytesLeft = receipt.BytesLeft,
                SocketsLeft = receipt.SocketsLeft,
            };
            _series.Invocations.Add(sample);
            folder.Add(sample, SoakLineJson.Default.InvocationSample);
        }

        static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
    }

    private async Task AddProcessAsync(TreePeak peak)
    {
        var left = await _leftovers.CheckAsync();
        var pss = ProcFiles.PssMb(Environment.ProcessId);
        // Garbage that is not collected yet is not a leak, and its amount depends on timing. A full collection shows what is
        // really held; no visit is running that it could delay. The second one frees what the finalizers of the first released.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var sample = new ProcessSample
        {
            N = _series.Invocations.Count,
            Crawl = _crawls,
            At = time.GetUtcNow(),
            PssMb = Math.Round(pss, 2),
            CollectedPssMb = Math.Round(ProcFiles.PssMb(Environment.ProcessId), 2),
            OwnMb = Math.Round(ProcFiles.OwnMb(Environment.ProcessId), 2),
            HeapMb = Math.Round(GC.GetTotalMemory(forceFullCollection: false) / (1024.0 * 1024), 2),
            Handles = ProcFiles.Handles(),
            Threads = ProcFiles.Threads(),
            TreePeakMb = Math.Round(Math.Max(peak.PssMb, pss), 1),
            ProcessesPeak = Math.Max(peak.Processes, 1),
            ProcessesLeft = left.Processes,
            TempEntriesLeft = left.TempEntries,
        };
        _series.Processes.Add(sample);
        folder.Add(sample, SoakLineJson.Default.ProcessSample);
    }

    private async Task ProbeAsync(
        SoakCrawler crawler,
        CrawlRequest probe,
        SoakControl control,
        TreeWatch watch,
        CancellationToken stop
    )
    {
        var crawl = await CrawlAsync(crawler, probe, watch, stop);
        if (stop.IsCancellationRequested)
            return;
        var pages = crawl.Chunks.SelectMany(c => c.Pages).ToList();
        var here = pages.TrueForAll(p => p.Error is null) ? pages.ConvertAll(p => p.DurationMs) : [];
        var there = await control.RunAsync();
        var sample = new ProbeSample
        {
            N = _series.Invocations.Count,
            At = time.GetUtcNow(),
            LatencyMs = MedianOrNull(Warm(here)),
            ControlMs = MedianOrNull(Warm(there)),
        };
        _series.Probes.Add(sample);
        folder.Add(sample, SoakLineJson.Default.ProbeSample);
    }

    // The first pages of a new browser and of a new process are slower, because code is loaded and compiled for them.
    private static IReadOnlyList<double> Warm(IReadOnlyList<double> durations) =>
        durations.Count > 4 ? [.. durations.Skip(2)] : durations;

    private static double? MedianOrNull(IReadOnlyCollection<double> values) =>
        values.Count > 0 ? Math.Round(Statistics.Median(values), 1) : null;

    private async Task ReportAsync()
    {
        if (time.GetElapsedTime(_reported) < ReportEvery)
            return;
        _reported = time.GetTimestamp();
        await Console.Error.WriteLineAsync(
            SoakText.Progress(options, _series, _leftovers.Found.Count, time.GetElapsedTime(_started))
        );
    }

    private SoakSummary Summarize(bool interrupted)
    {
        var invocations = _series.Invocations;
        string[] residue =
        [
            .. invocations
                .Where(i => i.ProcessesLeft > 0 || i.BytesLeft > 0 || i.SocketsLeft > 0)
                .Select(i =>
                    $"{i.Marker}: {i.ProcessesLeft} processes, {i.BytesLeft} bytes and {i.SocketsLeft} sockets according to its receipt"
                ),
            .. _leftovers.Found,
        ];
        return new SoakSummary
        {
            Options = options.Describe(),
            StartedAt = _startedAt,
            EndedAt = time.GetUtcNow(),
            Interrupted = interrupted,
            Crawls = _crawls,
            Invocations = invocations.Count,
            Pages = _tally.Pages,
            Residue = residue,
            PeakTreeMb = _series.Processes.Select(p => p.TreePeakMb).DefaultIfEmpty().Max(),
            LaunchMsP50 = MedianOrNull([.. invocations.Select(i => i.LaunchMs)]) ?? 0,
            DisposeMsP50 = MedianOrNull([.. invocations.Select(i => i.DisposeMs)]) ?? 0,
            Judgements =
            [
                SoakJudge.Residue(residue),
                .. SoakJudge.Judge(_series),
                SoakJudge.Crawls(_crawls, invocations.Count, _tally.Faults, interrupted),
                .. options.Urls.Count == 0 ? [SoakJudge.Pages(_tally.Pages)] : Array.Empty<Judgement>(),
            ],
        };
    }
}
