using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using FunctionsCrawler.Safety;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Safety;

/// <summary>Addresses of loopback, at one port: some refuse, some say nothing, one answers.</summary>
public sealed class DialerTests : IDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(20);

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
            // There is room for one. The system drops what whoever comes after it sends, without a word.
            Listen(silent, backlog: 0);
            Open().Connect(silent, _port);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    [Fact]
    public async Task Dial_FirstSaysNothing_TheSecondIsTriedAfterTheDelayAndNoSooner()
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
    public async Task Dial_FirstFails_TheSecondIsTriedAtOnce() => await AssertAnsweredAsync([Refusing, Answering]);

    [Fact]
    public async Task Dial_FirstSucceeds_NobodyElseIsTried()
    {
        await AssertAnsweredAsync([Answering, Silent]);

        Assert.Equal(0, Attempts(Silent));
    }

    [Fact]
    public async Task Dial_LaterOneFails_TheNextIsTriedAtOnce()
    {
        var dialling = DialAsync([Silent, Refusing, Answering]);
        _clock.Advance(AttemptDelay);

        await AssertAnsweredAsync(dialling);
    }

    [Fact]
    public async Task Dial_LastSucceeds_TheOthersAreGivenUp()
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
    public async Task Dial_Cancelled_GivesAllUp()
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

    /// <summary>How many connections the system is still trying to make there.</summary>
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
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Guard, "it did not come to pass");
            await Task.Delay(10, Cancellation);
        }
    }

    /// <summary>A clock that remembers for how long it was asked to wake somebody.</summary>
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
