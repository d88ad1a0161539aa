using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// Starts and controls a Chromium. There are two implementations: the DevTools protocol over a pipe, and Playwright.
/// Engines neither bound their waits nor clean up their processes; <see cref="BrowserInvocation"/> does both.
/// </summary>
internal interface IBrowserEngine : IAsyncDisposable
{
    /// <summary>
    /// The direct child process. It is owned and reaped by a <see cref="System.Diagnostics.Process"/>; the runtime fails
    /// fast if other code reaps it. Null before the start, and if the process exited immediately.
    /// </summary>
    ProcessIdentity? Child { get; }

    /// <summary>
    /// Whether <see cref="Child"/> is a driver, which survives closing the browser. Otherwise it is the browser itself.
    /// </summary>
    bool HasDriver { get; }

    /// <summary>Whether the browser has answered its first call and the connection is still open.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// Starts the processes and completes when the browser answers. <see cref="Child"/> is set when the method first
    /// yields.
    /// </summary>
    /// <exception cref="BrowserLostException">The browser exited instead of answering.</exception>
    Task StartAsync();

    /// <summary>Opens a page, either in the shared browser context or in a new one of its own.</summary>
    /// <exception cref="BrowserLostException">The browser has exited.</exception>
    /// <exception cref="ProtocolException">The browser refused the call.</exception>
    Task<IPageSession> OpenPageAsync(bool shared);

    /// <summary>Asks the browser to close, and waits until it has. Does not kill it.</summary>
    Task CloseAsync();
}

/// <summary>A session of the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) with one page.</summary>
internal interface IPageSession
{
    /// <summary>
    /// Completes when the page can send no more answers or events. The result is the reason: a
    /// <see cref="RendererCrashedException"/>, or a <see cref="BrowserLostException"/> if the page was closed or the
    /// browser exited.
    /// </summary>
    Task<Exception> Closed { get; }

    /// <summary>
    /// Registers a handler for a page event. Handlers run one at a time, in the order of the events, and must not block.
    /// The event parameters are valid only during the call.
    /// </summary>
    void On(string method, Action<JsonElement> handler);

    /// <summary>Calls a protocol method of the page and returns its result.</summary>
    /// <param name="method">Domain and method, for example "Page.navigate".</param>
    /// <param name="parameters">The parameters, or null for none. A JSON object, since hosts may turn reflection-based serialization off.</param>
    /// <exception cref="ProtocolException">The browser refused the call.</exception>
    /// <exception cref="Exception">The page was closed or crashed; the same exception as the result of <see cref="Closed"/>.</exception>
    Task<JsonElement> SendAsync(string method, JsonObject? parameters = null);

    /// <summary>Closes the page, and its browser context unless that is shared.</summary>
    Task CloseAsync();
}
