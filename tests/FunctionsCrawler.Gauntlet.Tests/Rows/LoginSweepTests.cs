using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T28: a login that is cancelled at an await leaves neither a browser nor a file.</summary>
public sealed class LoginSweepTests : GauntletTest
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Theory]
    [InlineData(nameof(BrowserEngine.Pipe))]
    [InlineData(nameof(BrowserEngine.Playwright))]
    public async Task Cancel_AtSomeAwaitsOfALogin_LeavesNothing(string engineName)
    {
        var engine = Enum.Parse<BrowserEngine>(engineName);
        await using var site = await MemberSite.StartAsync();
        // A login has about 100 calls of the clock, those of its end included.
        foreach (var k in (int[])[1, 3, 9, 17, 28, 40, 60])
            Assert.True(await CancelAtAsync(engine, site, k), $"There is no call {k}.");
        Assert.False(await CancelAtAsync(engine, site, int.MaxValue));
    }

    // Returns whether the login was cancelled.
    private static async Task<bool> CancelAtAsync(BrowserEngine engine, TestSite site, int k)
    {
        using var cancel = new CancellationTokenSource();
        var clock = new FaultyClock(k, cancel.Cancel);
        var folder = Directory.CreateTempSubdirectory("login-");
        var observer = new BrowserMarkers();
        try
        {
            await using (var rig = new WorkerRig(new FileBlobStore(folder.FullName), Options(engine), observer, clock))
            {
                var e = await Record.ExceptionAsync(() => LoginAsync(rig, site, folder, cancel.Token).WaitAsync(Guard));
                Assert.True(e is null or OperationCanceledException, $"Cancelled at {k}: {e}");
            }
            foreach (var marker in observer.Started)
                await LeakOracle.AssertCleanAsync(marker);
            var files = folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name);
            Assert.Equal(cancel.IsCancellationRequested ? [] : ["state.json"], files);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        await LeakOracle.AssertCleanAsync();
        return clock.WasReached;
    }

    private static async Task LoginAsync(WorkerRig rig, TestSite site, DirectoryInfo folder, CancellationToken token)
    {
        var result = await rig.Get<LoginService>().LoginAsync(Request(site), token);
        Assert.True(result.State is not null, result.Error?.Message);
        await LoginStateFile.WriteAsync(Path.Combine(folder.FullName, "state.json"), result.Json, token);
    }

    private static CrawlerOptions Options(BrowserEngine engine) =>
        new()
        {
            AllowPrivate = true,
            MemoryMb = 16_384,
            Chromium = Chunk.Chromium() with { Engine = engine },
        };

    private static PageRequest Request(TestSite site) =>
        new()
        {
            Url = site.Url + "login",
            Render = RenderMode.Always,
            Page = new PageOptions
            {
                Actions =
                [
                    new()
                    {
                        Write = new PageWrite { Into = "[name=password]", Text = MemberSite.Password },
                    },
                    new() { Press = "Enter" },
                    new() { Wait = "css:#account" },
                ],
            },
        };
}
