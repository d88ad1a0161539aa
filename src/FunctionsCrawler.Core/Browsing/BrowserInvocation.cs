using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// One browser from launch to verified disposal: its own Chromium (and Playwright driver, if one is used), its own temp
/// root, and a marker on every process. Disposal cannot be cancelled, always completes, and produces a
/// <see cref="Receipt"/>.
/// </summary>
internal sealed class BrowserInvocation : IAsyncDisposable
{
    // Eight launches at once on two cores took 5.5 s each (median); one per core takes 0.4 s.
    private static readonly SemaphoreSlim LaunchSlots = new(Environment.ProcessorCount);

    // Processes older than this one cannot belong to an invocation; skipping them avoids reading every process on the
    // machine.
    private static readonly Lazy<ulong> OwnStartTime = new(() =>
        ProcessTable.Find(Environment.ProcessId)?.Id.StartTime ?? 0
    );

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
        _processes = new InvocationProcesses(Marker, OwnStartTime.Value);
        _egress = launch.Guard is { } guard ? new EgressProxy(guard, time) : null;
        var setup = new EngineSetup(launch, Marker, _folder, _egress);
        _engine = launch.Engine == BrowserEngine.Pipe ? new PipeEngine(setup) : new PlaywrightEngine(setup);
        _limit =
            launch.RendererBytes is { } bytes && ProcessTable.IsSupported
                ? new RendererLimit(_processes, bytes, time)
                : null;
        _disposal = new Lazy<Task<BrowserReceipt>>(() => Task.Run(DisposeCoreAsync));
    }

    /// <summary>A unique string in the arguments or environment of every process of this invocation.</summary>
    public string Marker => _folder.Marker;

    /// <summary>What disposal measured: residue, memory and durations. Null until disposal has completed.</summary>
    public BrowserReceipt? Receipt { get; private set; }

    /// <summary>Starts a browser. At most one launch per core runs at a time; the others wait.</summary>
    /// <exception cref="BrowserLaunchException">
    /// The browser failed to start or timed out. Everything it started was disposed of.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled. Everything that was started was disposed of; in that case the exception is a
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
        await LaunchSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
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
            LaunchSlots.Release();
        }
    }

    /// <summary>
    /// Opens a tab. Shared tabs use one browser context and one renderer per host, which saves a third of the memory.
    /// A tab that is not shared has its own context, cookies, storage and renderers.
    /// </summary>
    /// <exception cref="BrowserLostException">The browser has exited, or did not open a tab in time.</exception>
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
        // Limit the new renderer before it loads anything.
        _limit?.Apply();
        return tab;
    }

    /// <summary>Measures the proportional set size of driver and browser, whole process tree, in bytes.</summary>
    public long MeasureMemory()
    {
        var bytes = _processes.PssBytes();
        lock (_processes)
            _peakBytes = Math.Max(_peakBytes, bytes);
        return bytes;
    }

    /// <summary>Why the last connection to a URL's host failed; null if it did not, or if there is no proxy.</summary>
    internal Exception? FindEgressFailure(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var failed) ? _egress?.FindFailure(failed.Host, failed.Port) : null;

    /// <summary>
    /// Kills all renderers, even if the browser is hung. Visits in flight end as <see cref="VisitEnd.Crashed"/>.
    /// </summary>
    internal void KillRenderers()
    {
        foreach (var process in _processes.FindQuickly())
        {
            if (ProcessTable.IsRenderer(process.Id.Pid))
                ChildReaper.TryKill(process.Id);
        }
    }

    /// <summary>
    /// The anonymous memory of the whole tree in bytes: a cheap way to see growth between two calls of
    /// <see cref="MeasureMemory"/>.
    /// </summary>
    internal long AnonymousBytes() => _processes.AnonymousBytes();

    /// <summary>
    /// How much the kernel lets each renderer allocate, in MiB (1,048,576 bytes); null if no limit is in force.
    /// </summary>
    internal double? RendererLimitMb => _limit is { IsInForce: true } ? _launch.RendererBytes / (1024.0 * 1024) : null;

    /// <inheritdoc cref="RendererLimit.ExitedNearLimitSince"/>
    internal bool ExitedNearLimitSince(long timestamp) => _limit?.ExitedNearLimitSince(timestamp) is true;

    /// <summary>How many visits were started in this browser, failed ones included.</summary>
    internal int Visits => Volatile.Read(ref _visits);

    /// <summary>
    /// Disposes of processes, files and sockets, then verifies that none are left. Never throws, never hangs and cannot
    /// be cancelled. Repeated calls share one disposal.
    /// </summary>
    public Task<BrowserReceipt> CloseAsync() => _disposal.Value;

    /// <inheritdoc cref="CloseAsync"/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _folder.WriteManifest([]);
        _egress?.Start();
        var starting = _engine.StartAsync();
        if (_engine.Child is { } child)
            _processes.RegisterRoot(child);
        await starting.WithinAsync(Remaining(), _time, cancellationToken).ConfigureAwait(false);
        await AssertMarkedAsync(cancellationToken).ConfigureAwait(false);
        _folder.WriteManifest(_processes.Find().Select(p => p.Id));
        _launchMs = _time.GetElapsedTime(_started).TotalMilliseconds;
    }

    // A process that is just starting or exiting briefly shows no marker, so poll: only one that stays unmarked counts.
    private async Task AssertMarkedAsync(CancellationToken cancellationToken)
    {
        while (_processes.FindUnmarked() is [var unmarked, ..])
        {
            if (Remaining() <= TimeSpan.Zero)
                throw new InvalidOperationException(
                    $"process {unmarked.Id.Pid} does not show the marker {Marker}, so an orphan sweep could not find it"
                );
            await Task.Delay(MarkerPoll, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Remaining() => _launch.Timeout - _time.GetElapsedTime(_started);

    private async Task<BrowserReceipt> DisposeCoreAsync()
    {
        var started = _time.GetTimestamp();
        if (_limit is not null)
            await _limit.DisposeAsync().ConfigureAwait(false);
        MeasureMemory();
        var disposal = new Disposal(_processes, _engine, _folder, _time);
        var (killed, left, bytesLeft) = await disposal.RunAsync().ConfigureAwait(false);
        // Only now: had the proxy ended before the browser, every open page would report network errors.
        var socketsLeft = _egress is null ? 0 : await _egress.CloseAsync().ConfigureAwait(false);
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
            CloseError = disposal.CloseError,
        };
        return Receipt;
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();
}
