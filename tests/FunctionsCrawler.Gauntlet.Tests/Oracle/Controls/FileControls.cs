using System.Net;
using System.Net.Sockets;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle.Controls;

/// <summary>Negative controls for every other kind of residue: the oracle must find it, and must pass after it is removed.</summary>
public sealed class FileControls
{
    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(50);

    private readonly string _id = Guid.CreateVersion7().ToString("N")[..20];

    private string Marker => "FcInvocation" + _id;

    [Fact]
    public async Task Oracle_TempRoot_SeesIt()
    {
        var root = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "fcrawl-" + _id)).FullName;
        await AssertSeenAsync(ResidueKind.TempRoot, root, () => Directory.Delete(root));
    }

    [Fact]
    public async Task Oracle_Lock_SeesIt()
    {
        var path = Path.Combine(Path.GetTempPath(), $"fcrawl-{_id}.lock");
        await File.WriteAllTextAsync(path, "", CancellationToken.None);
        await AssertSeenAsync(ResidueKind.Lock, path, () => File.Delete(path));
    }

    [Fact]
    public async Task Oracle_FileOfChromium_SeesIt()
    {
        var path = Path.Combine(Path.GetTempPath(), $".org.chromium.Chromium.{_id}");
        await File.WriteAllTextAsync(path, "", CancellationToken.None);
        await AssertSeenAsync(ResidueKind.TempFile, path, () => File.Delete(path));
    }

    [Fact]
    public async Task Oracle_SharedMemory_SeesIt()
    {
        Requires.Available(Directory.Exists("/dev/shm"), Unavailable.OtherPlatform, "There is no /dev/shm here.");
        var path = $"/dev/shm/.org.chromium.Chromium.{_id}";
        await File.WriteAllTextAsync(path, "", CancellationToken.None);
        await AssertSeenAsync(ResidueKind.SharedMemory, path, () => File.Delete(path));
    }

    [Fact]
    public async Task Oracle_UnixSocket_SeesIt()
    {
        // The socket stays bound although its file is deleted.
        var path = Path.Combine(Path.GetTempPath(), _id);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.Delete(path);
        await AssertSeenAsync(ResidueKind.UnixSocket, path, socket.Dispose);
    }

    [Fact]
    public async Task Baseline_OpenFile_SeesIt()
    {
        var path = Path.Combine(Path.GetTempPath(), _id);
        var baseline = HostBaseline.Take();
        var file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            1,
            FileOptions.DeleteOnClose
        );
        await AssertAddedAsync(baseline, ResidueKind.OpenFile, path, file.Dispose);
    }

    [Fact]
    public async Task Baseline_Thread_SeesIt()
    {
        var baseline = HostBaseline.Take();
        using var end = new ManualResetEventSlim();
        var thread = new Thread(end.Wait) { IsBackground = true, Name = "leak" };
        thread.Start();
        await AssertAddedAsync(
            baseline,
            ResidueKind.Thread,
            "leak",
            () =>
            {
                end.Set();
                thread.Join();
            }
        );
    }

    [Fact]
    public async Task Baseline_ListeningPort_SeesIt()
    {
        var baseline = HostBaseline.Take();
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = $"port {((IPEndPoint)listener.LocalEndpoint).Port}";
        await AssertAddedAsync(baseline, ResidueKind.ListeningPort, port, listener.Dispose);
    }

    private async Task AssertSeenAsync(ResidueKind kind, string what, Action remove)
    {
        try
        {
            foreach (var marker in (string?[])[Marker, null])
                Assert.Contains(
                    await LeakOracle.WaitUntilCleanAsync(marker, Briefly),
                    r => r.Kind == kind && r.What == what
                );
        }
        finally
        {
            remove();
        }
        await LeakOracle.AssertCleanAsync(Marker);
        await LeakOracle.AssertCleanAsync();
    }

    private static async Task AssertAddedAsync(HostBaseline baseline, ResidueKind kind, string what, Action remove)
    {
        try
        {
            Assert.Contains(
                await baseline.FindAddedAsync(Briefly),
                r => r.Kind == kind && r.What.Contains(what, StringComparison.Ordinal)
            );
        }
        finally
        {
            remove();
        }
        await baseline.AssertRestoredAsync();
    }
}
