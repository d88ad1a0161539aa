using System.Text.Json;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// How a Chromium is started and spoken to. Two stand side by side: over a pipe of our own, and by way of Playwright.
/// Neither bounds its waits nor cleans up after its processes: <see cref="BrowserInvocation"/> does both.
/// </summary>
internal interface IBrowserEngine : IAsyncDisposable
{
    /// <summary>
    /// The process that is our child, once it was started. It belongs to a <see cref="System.Diagnostics.Process"/>,
    /// which reaps it: the runtime fails fast when somebody else does. Null before, and where it died at once.
    /// </summary>
    ProcessIdentity? Child { get; }

    /// <summary>Whether our child is a driver, which stays when the browser closes; if not, it is the browser itself.</summary>
    bool HasDriver { get; }

    /// <summary>Whether the browser has answered and has not been lost since.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// Starts the processes; <see cref="Child"/> is known when this yields. Completes when the browser answers.
    /// </summary>
    /// <exception cref="BrowserLostException">It ended instead of answering.</exception>
    Task StartAsync();

    /// <summary>Opens a page, in the context that is shared or in one of its own.</summary>
    /// <exception cref="BrowserLostException">The browser is gone.</exception>
    /// <exception cref="ProtocolException">The browser refused.</exception>
    Task<IPageSession> OpenPageAsync(bool shared);

    /// <summary>Asks the browser to close.</summary>
    Task CloseAsync();
}

/// <summary>One page, as the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) shows it.</summary>
internal interface IPageSession
{
    /// <summary>
    /// Completes when nothing more will come of the page, with the reason: a <see cref="RendererCrashedException"/>, or
    /// a <see cref="BrowserLostException"/> when it was closed, by us or with its browser.
    /// </summary>
    Task<Exception> Gone { get; }

    /// <summary>
    /// Registers for an event of the page. Handlers are called in the browser's order, one at a time, and must not
    /// block; the parameters they get are not theirs to keep.
    /// </summary>
    void On(string method, Action<JsonElement> handler);

    /// <summary>Calls a method of the page's target and returns its result.</summary>
    /// <param name="method">Domain and method, "Page.navigate" say.</param>
    /// <param name="parameters">An object whose properties are the parameters, or null for none.</param>
    /// <exception cref="ProtocolException">The browser refused.</exception>
    /// <exception cref="Exception">The page is gone, for a reason that <see cref="Gone"/> has.</exception>
    Task<JsonElement> SendAsync(string method, object? parameters = null);

    /// <summary>Closes the page, and its context where that is its own.</summary>
    Task CloseAsync();
}
