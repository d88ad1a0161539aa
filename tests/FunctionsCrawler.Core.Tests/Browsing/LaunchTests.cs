using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

public class LaunchTests : BrowserTestBase
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("browser-launch-");

    public override async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private string BrowserPath => Path.Combine(_folder.FullName, "browser");

    [Theory]
    [InlineData(null, UnixFileMode.None)]
    [InlineData("#!/bin/sh\nexit 0\n", UnixFileMode.UserRead)]
    [InlineData("#!/bin/sh\nexit 0\n", UnixFileMode.UserRead | UnixFileMode.UserExecute)]
    [InlineData("not a program", UnixFileMode.UserRead | UnixFileMode.UserExecute)]
    [InlineData("#!/bin/sh\nsleep 600\n", UnixFileMode.UserRead | UnixFileMode.UserExecute)]
    public async Task Launch_NoBrowser_FailsWithOneLineAndLeavesNothing(string? content, UnixFileMode mode)
    {
        var path = BrowserPath;
        if (content is not null)
            await WriteBrowserAsync(content, mode);
        var launch = Launch with { ExecutablePath = path, Timeout = TimeSpan.FromSeconds(3) };

        var e = await Assert
            .ThrowsAsync<BrowserLaunchException>(() =>
                BrowserInvocation.LaunchAsync(launch, TimeProvider.System, Cancellation)
            )
            .WaitAsync(Guard, Cancellation);

        AssertNothingLeft(e.Receipt);
        Assert.StartsWith($"{path} did not start: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.InRange(e.Message.Length, path.Length + 20, path.Length + 160);
        TestContext.Current.SendDiagnosticMessage(e.Message);
    }

    [Fact]
    public async Task Launch_CancelledBefore_ThrowsAndStartsNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            BrowserInvocation.LaunchAsync(Launch, TimeProvider.System, new CancellationToken(canceled: true))
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Launch_CancelledWhileProcessesStart_ThrowsAndLeavesNothing(int processes)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var before = TempRoots();
        // A fake browser that never answers; a real Chromium could finish launching before the test cancels.
        await WriteBrowserAsync(
            "#!/bin/sh\nsleep 600 &\nexec sleep 600\n",
            UnixFileMode.UserRead | UnixFileMode.UserExecute
        );
        var launch = Launch with { ExecutablePath = BrowserPath };
        var launching = BrowserInvocation.LaunchAsync(launch, TimeProvider.System, cancel.Token);
        string? marker = null;
        await UntilAsync(() =>
        {
            marker ??= TempRoots().Except(before, StringComparer.Ordinal).Select(Marker).SingleOrDefault();
            return marker is not null && Leftovers.Showing(marker).Count >= processes;
        });

        await cancel.CancelAsync();

        var e = await Assert
            .ThrowsAsync<BrowserLaunchCanceledException>(() => launching)
            .WaitAsync(Guard, Cancellation);
        Assert.Equal(marker, e.Receipt.Invocation);
        AssertNothingLeft(e.Receipt);

        static string[] TempRoots() => Directory.GetDirectories(Path.GetTempPath(), "fcrawl-*");
        static string Marker(string root) => Path.GetFileName(root).Replace("fcrawl-", "FcInvocation");
    }

    [Fact]
    public async Task Launch_CancelledAtAnyMoment_LeavesNothing()
    {
        // Covers the time from before the first exec to after the last one: processes never seen alive must be reaped too.
        for (var ms = 0; ms <= 120; ms += 3)
        {
            using var cancel = new CancellationTokenSource(ms);
            var e = await Record.ExceptionAsync(async () =>
                await CloseCleanAsync(
                    await BrowserInvocation
                        .LaunchAsync(Launch, TimeProvider.System, cancel.Token)
                        .WaitAsync(Guard, Cancellation)
                )
            );
            if (e is BrowserLaunchCanceledException cancelled)
                AssertNothingLeft(cancelled.Receipt);
            else
                Assert.True(e is null or OperationCanceledException, $"{e}");
        }
    }

    [Fact]
    public async Task Visit_Cancelled_ThrowsAndTabIsNotReused()
    {
        await using var browser = await LaunchAsync();
        using var cancel = new CancellationTokenSource();
        var tab = await browser.OpenTabAsync(shared: false, Cancellation);
        var visit = tab.VisitAsync(Site.Hang("/hang"), Ample, cancel.Token);
        await UntilAsync(() => Site.WasRequested("/hang"));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visit).WaitAsync(Guard, Cancellation);
        Assert.False(await tab.ResetAsync());
        await CloseCleanAsync(browser);
    }

    [Fact]
    public async Task Launch_SeveralAtOnce_AllStartAndLeaveNothing()
    {
        var browsers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LaunchAsync()));
        foreach (var receipt in await Task.WhenAll(browsers.Select(b => b.CloseAsync())).WaitAsync(Guard, Cancellation))
            AssertNothingLeft(receipt);
    }

    private async Task WriteBrowserAsync(string content, UnixFileMode mode)
    {
        await File.WriteAllTextAsync(BrowserPath, content, Cancellation);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(BrowserPath, mode);
    }
}
