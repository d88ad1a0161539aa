using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// One browser from launch to proven disposal: its own Chromium, and Playwright driver if need be, its own temp root, its
/// own marker on every process. Disposing it cannot be cancelled, always ends, and leaves a <see cref="Receipt"/>.
/// </summary>
public sealed class BrowserInvocation : IAsyncDisposable
{
    // Eight launches at once on two cores took 5.5 s each (median); one per core takes 0.4 s.
    private static readonly SemaphoreSlim Admission = new(Environment.ProcessorCount);

    // What is older than its owner cannot be of an invocation; that spares reading every process of the machine.
    private static readonly Lazy<ulong> OwnStart = new(() =>
        ProcessTable.Find(Environment.ProcessId)?.Id.StartTime ?? 0
    );

    private static readonly TimeSpan EgressLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MarkerPoll = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly InvocationFolder _folder;
    private readonly InvocationProcesses _processes;
    private readonly BrowserLaunch _launch;
    private readonly Lazy<Task<BrowserReceipt>> _disposal;
    private readonly EgressProxy? _egress;
    private readonly IBrowserEngine _engine;
    private readonly RendererLimit? _limit;
    private double _launchMs;
    private long _peakBytes;
    private int _visits;

    private BrowserInvocation(BrowserLaunch launch, TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
        _launch = launch;
        _folder = InvocationFolder.Create();
        _processes = new InvocationProcesses(Marker, OwnStart.Value);
        _egress = launch.Guard is { } guard ? new EgressProxy(guard, time) : null;
        var setup = new EngineSetup(launch, Marker, _folder, _egress);
        _engine = launch.Engine == BrowserEngine.Pipe ? new PipeEngine(setup) : new PlaywrightEngine(setup);
        _limit =
            launch.RendererBytes is { } bytes && ProcessTable.IsSupported
                ? new RendererLimit(_processes, bytes, time)
                : null;
        _disposal = new Lazy<Task<BrowserReceipt>>(() => Task.Run(DisposeCoreAsync));
    }

    /// <summary>What every process of this invocation shows in its arguments or environment.</summary>
    public string Marker => _folder.Marker;

    /// <summary>The proof, once disposal has ended.</summary>
    public BrowserReceipt? Receipt { get; private set; }

    /// <summary>Starts a browser. At most one launch per core runs at once; the others wait.</summary>
    /// <exception cref="BrowserLaunchException">It did not start in time or at all; nothing of it is left.</exception>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled; nothing of it is left. Once something was started, a
    /// <see cref="BrowserLaunchCanceledException"/>.
    /// </exception>
    /// <exception cref="IOException">The temp folder cannot be written.</exception>
    public static async Task<BrowserInvocation> LaunchAsync(
        BrowserLaunch launch,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ChildReaper.BecomeSubreaper();
        await Admission.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var invocation = new BrowserInvocation(launch, time);
            try
            {
                await invocation.StartAsync(cancellationToken).ConfigureAwait(false);
                return invocation;
            }
            catch (Exception e)
            {
                var receipt = await invocation.CloseAsync().ConfigureAwait(false);
                if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
                    throw new BrowserLaunchCanceledException(receipt, cancellationToken);
                var why = e is TimeoutException ? $"no answer within {launch.Timeout}" : FirstLine(e.Message);
                throw new BrowserLaunchException($"{launch.ExecutablePath} did not start: {why}", receipt, e);
            }
        }
        finally
        {
            Admission.Release();
        }
    }

    /// <summary>
    /// Opens a page: shared, it lives with the other shared ones in one context and one renderer for each host, which
    /// saves a third of the memory; alone, it has context, cookies, storage and renderers to itself.
    /// </summary>
    /// <exception cref="BrowserLostException">The browser is gone, or opened no page in time.</exception>
    public async Task<BrowserTab> OpenTabAsync(bool shared, CancellationToken cancellationToken)
    {
        var tab = await BrowserTab
            .OpenAsync(
                _engine,
                shared,
                _launch.Limits,
                _time,
                () => Interlocked.Increment(ref _visits),
                cancellationToken
            )
            .ConfigureAwait(false);
        // Before it goes anywhere.
        _limit?.Set();
        return tab;
    }

    /// <summary>Samples the memory of driver and browser: the proportional set size of the whole tree, in bytes.</summary>
    public long MeasureMemory()
    {
        var bytes = _processes.PssBytes();
        lock (_processes)
            _peakBytes = Math.Max(_peakBytes, bytes);
        return bytes;
    }

    /// <summary>Why a URL's host was not reached, if that was tried and failed; null otherwise.</summary>
    internal Exception? FindEgressFailure(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var failed) ? _egress?.FindFailure(failed.Host, failed.Port) : null;

    /// <summary>Ends all its pages at once, whatever they and the browser are doing: their visits end as crashed.</summary>
    internal void KillRenderers()
    {
        foreach (var process in _processes.LookAgain())
        {
            if (ProcessTable.IsRenderer(process.Id.Pid))
                ChildReaper.TryKill(process.Id);
        }
    }

    /// <summary>The anonymous memory of the whole tree in bytes: how much that grows is cheap to tell; see <see cref="MeasureMemory"/>.</summary>
    internal long AnonymousBytes() => _processes.AnonymousBytes();

    /// <summary>What the kernel lets each renderer allocate, in megabytes of 1,048,576 bytes; null while there is no limit.</summary>
    internal double? RendererLimitMb => _limit is { Holds: true } ? _launch.RendererBytes / (1024.0 * 1024) : null;

    /// <summary>Whether a renderer has ended since a timestamp that was about to outgrow its limit.</summary>
    internal bool WasOutgrownSince(long timestamp) => _limit?.WasOutgrownSince(timestamp) is true;

    /// <summary>How many visits were made.</summary>
    internal int Visits => Volatile.Read(ref _visits);

    /// <summary>Disposes of everything and proves it. Never throws, never hangs, cannot be cancelled; repeated calls share one disposal.</summary>
    public Task<BrowserReceipt> CloseAsync() => _disposal.Value;

    /// <inheritdoc cref="CloseAsync"/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _folder.WriteManifest([]);
        _egress?.Start();
        var starting = _engine.StartAsync();
        if (_engine.Child is { } child)
            _processes.Know(child);
        await starting.WithinAsync(Remaining(), _time, cancellationToken).ConfigureAwait(false);
        await AssertMarkedAsync(cancellationToken).ConfigureAwait(false);
        _folder.WriteManifest(_processes.Find().Select(p => p.Id));
        _launchMs = _time.GetElapsedTime(_started).TotalMilliseconds;
    }

    // A process that is being born or dies shows nothing for a moment; what counts is one that lives and never does.
    private async Task AssertMarkedAsync(CancellationToken cancellationToken)
    {
        while (_processes.FindUnmarked() is [var unmarked, ..])
        {
            if (Remaining() <= TimeSpan.Zero)
                throw new InvalidOperationException(
                    $"process {unmarked.Id.Pid} does not show the marker {Marker}, so it could not be found again"
                );
            await Task.Delay(MarkerPoll, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Remaining() => _launch.Timeout - _time.GetElapsedTime(_started);

    [SuppressMessage("Design", "CA1031", Justification = "Disposal goes on whatever a polite close answers.")]
    private async Task<BrowserReceipt> DisposeCoreAsync()
    {
        var started = _time.GetTimestamp();
        if (_limit is not null)
            await _limit.DisposeAsync().ConfigureAwait(false);
        MeasureMemory();
        if (_engine.IsConnected)
        {
            try
            {
                await _engine
                    .CloseAsync()
                    .WithinAsync(Disposal.PoliteClose, _time, CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (Exception)
            {
                // It did not close politely: what follows does not ask.
            }
        }
        var disposal = new Disposal(_processes, _engine, _folder, _time);
        var (killed, left, bytesLeft) = await disposal.RunAsync().ConfigureAwait(false);
        var socketsLeft = await EndEgressAsync().ConfigureAwait(false);
        Receipt = new BrowserReceipt
        {
            Invocation = Marker,
            LaunchMs = _launchMs,
            DisposeMs = _time.GetElapsedTime(started).TotalMilliseconds,
            Pages = _visits,
            PeakMemoryMb = _peakBytes / (1024.0 * 1024),
            ProcessesStarted = _processes.SeenCount,
            Killed = killed,
            ProcessesLeft = left,
            BytesLeft = bytesLeft,
            RendererLimitMb = RendererLimitMb,
            SocketsLeft = socketsLeft,
        };
        return Receipt;
    }

    // Last: a browser that lost its connections first would say so on every page.
    private async Task<int> EndEgressAsync()
    {
        if (_egress is null)
            return 0;
        try
        {
            await _egress
                .DisposeAsync()
                .AsTask()
                .WithinAsync(EgressLimit, _time, CancellationToken.None)
                .ConfigureAwait(false);
            return 0;
        }
        catch (TimeoutException)
        {
            return _egress.OpenSockets;
        }
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();
}
