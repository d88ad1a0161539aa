using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The protocol connection against a browser that the test simulates.</summary>
public sealed class PipeConnectionTests : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly AnonymousPipeServerStream _toClient = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _fromClient = new(PipeDirection.In);
    private readonly AnonymousPipeClientStream _reading;
    private readonly AnonymousPipeClientStream _writing;
    private readonly PipeConnection _connection;

    public PipeConnectionTests()
    {
        _reading = new AnonymousPipeClientStream(PipeDirection.In, _toClient.ClientSafePipeHandle);
        _writing = new AnonymousPipeClientStream(PipeDirection.Out, _fromClient.ClientSafePipeHandle);
        _connection = new PipeConnection(_writing, _reading);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _toClient.DisposeAsync();
        await _fromClient.DisposeAsync();
        await _connection.Ended.WaitAsync(Guard);
        await _reading.DisposeAsync();
        await _writing.DisposeAsync();
    }

    [Fact]
    public async Task Send_Answered_CompletesTheMatchingCall()
    {
        var page = _connection.Attach("S1");
        var first = page.SendAsync("Page.navigate", new JsonObject { ["url"] = "http://a/?\u00fc\"" });
        var second = _connection.Browser.SendAsync("Browser.getVersion");
        using var sent = await ReceiveAsync();
        Assert.Equal("Page.navigate", sent.RootElement.GetProperty("method").GetString());
        Assert.Equal("S1", sent.RootElement.GetProperty("sessionId").GetString());
        Assert.Equal("http://a/?\u00fc\"", sent.RootElement.GetProperty("params").GetProperty("url").GetString());
        using var other = await ReceiveAsync();
        Assert.False(other.RootElement.TryGetProperty("sessionId", out _));

        Answer($$$"""{"id":{{{Id(other)}}},"result":{"n":2}}""");
        Answer($$$"""{"id":{{{Id(sent)}}},"sessionId":"S1","result":{"n":1}}""");

        Assert.Equal(1, (await first.WaitAsync(Guard, Cancellation)).GetProperty("n").GetInt32());
        Assert.Equal(2, (await second.WaitAsync(Guard, Cancellation)).GetProperty("n").GetInt32());
    }

    [Theory]
    [InlineData("Cannot find context with specified id", typeof(ProtocolException))]
    [InlineData("Target crashed", typeof(RendererCrashedException))]
    public async Task Send_Refused_ThrowsTheMatchingException(string message, Type expected)
    {
        var call = _connection.Browser.SendAsync("Runtime.evaluate");
        using var sent = await ReceiveAsync();

        Answer($$$"""{"id":{{{Id(sent)}}},"error":{"code":-32000,"message":"{{{message}}}"}}""");

        Assert.IsType(expected, await Record.ExceptionAsync(() => call.WaitAsync(Guard, Cancellation)));
    }

    [Fact]
    public async Task Events_OfSeveralSessions_ReachTheirHandlersInOrder()
    {
        var seen = new List<string>();
        var done = new TaskCompletionSource();
        _connection.Attach("S1").On("A.b", e => seen.Add("one " + e.GetProperty("n").GetInt32()));
        var second = _connection.Attach("S2");
        second.On("A.b", e => seen.Add("two " + e.GetProperty("n").GetInt32()));
        second.On("A.b", _ => seen.Add("and again"));
        _connection.Browser.On("Done", _ => done.TrySetResult());

        Answer("""{"method":"A.b","params":{"n":1},"sessionId":"S1"}""");
        Answer("""{"method":"A.unheard","params":{},"sessionId":"S1"}""");
        Answer("""{"method":"A.b","params":{"n":2},"sessionId":"unknown"}""");
        Answer("""{"method":"A.b","params":{"n":3},"sessionId":"S2"}""");
        Answer("""{"method":"Done","params":{}}""");

        await done.Task.WaitAsync(Guard, Cancellation);
        Assert.Equal(["one 1", "two 3", "and again"], seen);
    }

    [Fact]
    public async Task Detached_DuringACall_FailsItAndLaterCalls()
    {
        var page = _connection.Attach("S1");
        var call = page.SendAsync("Page.navigate");

        Answer("""{"method":"Target.detachedFromTarget","params":{"sessionId":"S1"}}""");

        await Assert.ThrowsAsync<BrowserLostException>(() => call.WaitAsync(Guard, Cancellation));
        await Assert.ThrowsAsync<BrowserLostException>(() => page.SendAsync("Page.navigate"));
        Assert.IsType<BrowserLostException>(await page.Closed.WaitAsync(Guard, Cancellation));
        Assert.True(_connection.IsOpen);
    }

    [Theory]
    [InlineData(null, "the browser has exited")]
    [InlineData("this is not a message", "the browser has exited: 'this is not a message' is*")]
    [InlineData("{\"id\":", "the browser has exited: Expected*")]
    public async Task Browser_ExitsOrSendsInvalidMessages_FailsAllSessionsWithTheReason(string? nonsense, string reason)
    {
        var page = _connection.Attach("S1");
        var calls = (Task[])[page.SendAsync("A.b"), _connection.Browser.SendAsync("A.b")];

        if (nonsense is not null)
            Answer(nonsense);
        await _toClient.DisposeAsync();

        foreach (var call in calls)
            AssertReason(await Assert.ThrowsAsync<BrowserLostException>(() => call.WaitAsync(Guard, Cancellation)));
        AssertReason(await Assert.ThrowsAsync<BrowserLostException>(() => _connection.Attach("S2").SendAsync("A.b")));
        await _connection.Ended.WaitAsync(Guard, Cancellation);
        Assert.False(_connection.IsOpen);

        void AssertReason(BrowserLostException e)
        {
            if (nonsense is null)
                Assert.Equal(reason, e.Message);
            else
                Assert.StartsWith(reason.TrimEnd('*'), e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Send_BrowserDoesNotRead_DoesNotBlock()
    {
        // Many times the capacity of a pipe.
        var calls = Enumerable
            .Range(0, 100)
            .Select(_ => _connection.Browser.SendAsync("A.b", new JsonObject { ["text"] = new string('x', 100_000) }))
            .ToList();

        await _fromClient.DisposeAsync();
        await _toClient.DisposeAsync();

        foreach (var call in calls)
            await Assert.ThrowsAsync<BrowserLostException>(() => call.WaitAsync(Guard, Cancellation));
    }

    private void Answer(string message) => _toClient.Write(Encoding.UTF8.GetBytes(message + '\0'));

    private async Task<JsonDocument> ReceiveAsync()
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (await _fromClient.ReadAsync(one, Cancellation) == 1 && one[0] != 0)
            bytes.Add(one[0]);
        return JsonDocument.Parse(bytes.ToArray());
    }

    private static int Id(JsonDocument message) => message.RootElement.GetProperty("id").GetInt32();
}
