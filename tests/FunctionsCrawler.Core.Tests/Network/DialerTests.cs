using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using FunctionsCrawler.Network;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Network;

/// <summary>Addresses of loopback, at one port: some refuse, some say nothing, one answers.</summary>
public sealed class DialerTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    // RFC 8305 section 8.
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private static readonly IPAddress Refusing = IPAddress.Parse("127.8.0.1");
    private static readonly IPAddress Silent = IPAddress.Parse("127.8.0.2");
    private static readonly IPAddress OtherSilent = IPAddress.Parse("127.8.0.3");
    private static readonly IPAddress Answering = IPAddress.Parse("127.8.0.4");

    private readonly Clock _clock = new();
    private readonly List<Socket> _sockets = [];
    private readonly int _port;

    public DialerTests()
    {
        _port = ((IPEndPoint)Listen(Answering, backlog: 8).LocalEndPoint!).Port;
        foreach (var silent in (IPAddress[])[Silent, OtherSilent])
        {
            // The backlog has room for one connection. The kernel silently drops the SYN of any later one.
            Listen(silent, backlog: 0);
            Open().Connect(silent, _port);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    [Fact]
    public async Task Dial_FirstDoesNotAnswer_TriesTheSecondAfterTheDelayAndNoSooner()
    {
        var dialling = DialAsync([Silent, Answering]);

        Assert.Equal(1, Attempts(Silent));
        Assert.Equal([AttemptDelay], _clock.Delays);
        _clock.Advance(AttemptDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(dialling.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        await AssertAnsweredAsync(dialling);
    }

    [Fact]
    public async Task Dial_FirstFails_TriesTheSecondAtOnce() => await AssertAnsweredAsync([Refusing, Answering]);

    [Fact]
    public async Task Dial_FirstSucceeds_DoesNotTryOthers()
    {
        await AssertAnsweredAsync([Answering, Silent]);

        Assert.Equal(0, Attempts(Silent));
    }

    [Fact]
    public async Task Dial_LaterOneFails_TriesTheNextAtOnce()
    {
        var dialling = DialAsync([Silent, Refusing, Answering]);
        _clock.Advance(AttemptDelay);

        await AssertAnsweredAsync(dialling);
    }

    [Fact]
    public async Task Dial_LastSucceeds_AbortsTheOthers()
    {
        var dialling = DialAsync([Silent, OtherSilent, Answering]);
        _clock.Advance(AttemptDelay);
        await UntilAsync(() => _clock.Delays.Count == 2);
        Assert.Equal((1, 1), (Attempts(Silent), Attempts(OtherSilent)));
        _clock.Advance(AttemptDelay);

        await AssertAnsweredAsync(dialling);

        await UntilAsync(() => Attempts(Silent) + Attempts(OtherSilent) == 0);
    }

    [Fact]
    public async Task Dial_Cancelled_AbortsAll()
    {
        using var cancel = new CancellationTokenSource();
        var dialling = Dialer.DialAsync([Silent, OtherSilent], _port, _clock, cancel.Token);
        _clock.Advance(AttemptDelay);
        await UntilAsync(() => Attempts(Silent) + Attempts(OtherSilent) == 2);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling.WaitAsync(Guard, Cancellation));
        await UntilAsync(() => Attempts(Silent) + Attempts(OtherSilent) == 0);
    }

    private Task<Socket> DialAsync(IPAddress[] addresses) =>
        Dialer.DialAsync(addresses, _port, _clock, CancellationToken.None);

    private async Task AssertAnsweredAsync(Task<Socket> dialling)
    {
        using var socket = await dialling.WaitAsync(Guard, Cancellation);
        Assert.Equal(new IPEndPoint(Answering, _port), socket.RemoteEndPoint);
    }

    private Task AssertAnsweredAsync(IPAddress[] addresses) => AssertAnsweredAsync(DialAsync(addresses));

    /// <summary>The number of connection attempts to the address that the kernel is still making.</summary>
    private int Attempts(IPAddress address) =>
        IPGlobalProperties
            .GetIPGlobalProperties()
            .GetActiveTcpConnections()
            .Count(c => c.State == TcpState.SynSent && c.RemoteEndPoint.Equals(new IPEndPoint(address, _port)));

    private Socket Listen(IPAddress address, int backlog)
    {
        var listener = Open();
        listener.Bind(new IPEndPoint(address, _port));
        listener.Listen(backlog);
        return listener;
    }

    private Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return socket;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Guard, "the condition did not become true in time");
            await Task.Delay(10, Cancellation);
        }
    }

    /// <summary>A fake clock that records the due times of all timers.</summary>
    private sealed class Clock : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Delays { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Delays.Enqueue(dueTime);
            return timer;
        }
    }
}
