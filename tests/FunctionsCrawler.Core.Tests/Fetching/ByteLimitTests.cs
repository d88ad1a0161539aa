using System.Net.WebSockets;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>What a page receives beside its own requests counts against the limit of bytes.</summary>
public class ByteLimitTests : BrowserFetcherTestBase
{
    private const int MiB = 1024 * 1024;

    private const string Fetches =
        "(async () => { const r = (await fetch(location.origin + '/endless')).body.getReader(); while (!(await r.read()).done); })()";

    private const string Listens = "new WebSocket('ws://' + location.host + '/socket/binary')";

    [Theory]
    [InlineData(Listens)]
    [InlineData("new WebSocket('ws://' + location.host + '/socket/text')")]
    [InlineData("new Worker('/fetches.js')")]
    [InlineData("new Worker('/listens.js')")]
    [InlineData("new Worker('/nested.js')")]
    [InlineData("p.append(Object.assign(document.createElement('iframe'), { src: '/framed' }))")]
    public async Task Fetch_EndlessBytes_IsTooLargeAndStopped(string script)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Site.Answer("/socket/binary", context => FloodAsync(context, WebSocketMessageType.Binary, gone));
        Site.Answer("/socket/text", context => FloodAsync(context, WebSocketMessageType.Text, gone));
        Site.Answer("/endless", context => SendAsync(context, gone));
        Script("/fetches.js", Fetches);
        Script("/listens.js", Listens);
        Script("/nested.js", "new Worker('/fetches.js')");
        Site.Script("/framed", "new Worker('/fetches.js')");
        // The page never finishes parsing, so only the limit ends the visit.
        Site.Hang("/held");
        var page = Site.Page("/page", $"<p id=p></p><script>{script}</script><script src=/held></script>");
        var limits = new PageLimits { MaxBytes = MiB, MaxTotalBytes = 4 * MiB };
        var fetcher = Open(pages: 1, Launch with { Limits = limits });

        var result = await FetchAsync(fetcher, page, 55);

        Assert.Equal(ErrorCode.TooLarge, result.Error?.Code);
        Assert.Contains($"more than {4 * MiB} bytes", result.Error!.Message, StringComparison.Ordinal);
        await gone.Task.WaitAsync(Guard, Cancellation);
        // The next page counts from zero.
        Assert.Contains("hello", await TextAsync(fetcher, Site.Url("/")), StringComparison.Ordinal);
        await AssertEndedCleanAsync(fetcher);
    }

    private void Script(string path, string script) =>
        Site.Answer(
            path,
            context =>
            {
                context.Response.ContentType = "text/javascript";
                return context.Response.WriteAsync(script);
            }
        );

    private static async Task FloodAsync(HttpContext context, WebSocketMessageType type, TaskCompletionSource gone)
    {
        using var socket = await WebSocketUpgrade.AcceptAsync(context);
        var block = new byte[32 * 1024];
        Array.Fill(block, (byte)'x');
        await UntilGoneAsync(() => socket.SendAsync(block, type, true, context.RequestAborted), gone);
    }

    private static Task SendAsync(HttpContext context, TaskCompletionSource gone)
    {
        var block = new byte[32 * 1024];
        return UntilGoneAsync(() => context.Response.Body.WriteAsync(block, context.RequestAborted).AsTask(), gone);
    }

    private static async Task UntilGoneAsync(Func<Task> send, TaskCompletionSource gone)
    {
        try
        {
            while (!Cancellation.IsCancellationRequested)
                await send();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or WebSocketException)
        {
            // The client has disconnected, as expected.
        }
        gone.TrySetResult();
    }
}

public sealed class PlaywrightByteLimitTests : ByteLimitTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
