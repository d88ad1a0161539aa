using System.Diagnostics.Metrics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class BrowserRecyclingTests : BrowserFetcherTestBase
{
    [Fact]
    public async Task Fetch_AfterPagesReached_UsesNewBrowserWhenVisitsInTheOldOneHaveEnded()
    {
        Recycling = new BrowserRecycling { AfterPages = 3 };
        var fetcher = Open(2);
        var requests = 0;
        var pair = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The third visit completes only after the fourth was requested. The fourth must wait and not interrupt the third.
        var slow = Site.Answer(
            "/slow",
            async context =>
            {
                Interlocked.Increment(ref requests);
                await pair.Task.WaitAsync(Guard, context.RequestAborted);
                await context.Response.WriteAsync("<p>slow");
            }
        );
        await TextAsync(fetcher, Site.Url("/"));
        await TextAsync(fetcher, Site.Url("/"));
        var third = TextAsync(fetcher, slow);
        await Eventually.IsTrueAsync(() => Volatile.Read(ref requests) > 0, "the slow page is requested");
        var fourth = TextAsync(fetcher, Site.Url("/"));
        Assert.Single(Browsers);
        Assert.False(fourth.IsCompleted);
        pair.SetResult();
        Assert.Contains("slow", await third, StringComparison.Ordinal);
        await fourth;

        await AssertEndedCleanAsync(fetcher);
        Assert.Equal([3, 1], Browsers.Select(b => b.Receipt!.Pages));
    }

    [Fact]
    public async Task Fetch_AfterSecondsReached_UsesNewBrowser()
    {
        Recycling = new BrowserRecycling { AfterSeconds = 1 };
        var fetcher = Open();
        await TextAsync(fetcher, Site.Url("/"));
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1))
            await Task.Delay(20, Cancellation);
        await TextAsync(fetcher, Site.Url("/"));
        await AssertEndedCleanAsync(fetcher);
        Assert.Equal(2, Browsers.Count);
    }

    [Fact]
    public async Task Fetch_AboveMegabytes_UsesNewBrowser()
    {
        // The anonymous memory alone is more. All memory is less than 100 MB while other browsers share its files.
        Recycling = new BrowserRecycling { AboveMegabytes = 20 };
        var fetcher = Open();
        await TextAsync(fetcher, Site.Url("/"));
        var first = Browsers.Single();
        await WaitForSampleAsync();
        await TextAsync(fetcher, Site.Url("/"));
        Assert.Equal(2, Browsers.Count);
        Assert.True(first.Receipt!.PeakMemoryMb > 20);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Browser_Ends_ReceiptIsRecordedInMetricsAndLog()
    {
        var measured = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == BrowserMetrics.MeterName && !instrument.IsObservable)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.Start();

        var fetcher = Open();
        await TextAsync(fetcher, Site.Url("/"));
        var receipt = Assert.Single(await EndAsync(fetcher));

        var line = Assert.Single(Log);
        Assert.StartsWith($"browser {receipt.Invocation} ended: 1 pages, peak ", line, StringComparison.Ordinal);
        Assert.EndsWith(" 0 left", line, StringComparison.Ordinal);
        // At least, because other tests end browsers at the same time.
        Assert.True(measured["crawler.browsers"] >= 1);
        Assert.True(measured["crawler.browser.pages"] >= 1);
        Assert.True(measured["crawler.browser.launch.duration"] >= receipt.LaunchMs / 1000);
        Assert.True(measured["crawler.browser.disposal.duration"] >= receipt.DisposeMs / 1000);
        Assert.True(measured["crawler.browser.memory.peak"] >= receipt.PeakMemoryMb * 1024 * 1024);
        Assert.Equal(0, measured["crawler.browser.residue"]);

        void Add(string name, double value)
        {
            lock (measured)
                measured[name] = measured.GetValueOrDefault(name) + value;
        }
    }

    [Fact]
    public async Task AnonymousBytes_PageAllocates_GrowsBySameAmount()
    {
        var fetcher = Open();
        await TextAsync(fetcher, Site.Url("/"));
        var browser = Browsers.Single();
        Assert.InRange(browser.AnonymousBytes(), 20 << 20, browser.MeasureMemory());
        var before = browser.AnonymousBytes();
        var big = Site.Script("/big", "window.kept = new Uint8Array(104857600).fill(1)");

        await TextAsync(fetcher, big);

        // The upper bound allows for one more renderer and the page's other memory.
        Assert.InRange(browser.AnonymousBytes() - before, 100 << 20, 150 << 20);
        await EndAsync(fetcher);
        Assert.Equal(0, browser.AnonymousBytes());
    }
}
