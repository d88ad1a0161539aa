using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Ends a visit whose document grows beyond the limit before it can be read: a parser fed for ever, a script that builds
/// for ever. The renderer's own count costs nothing, and Chromium answers it in the middle of a script; but it is of all
/// documents in the renderer, and of what is not collected yet. So it only decides when the document itself is asked.
/// </summary>
internal sealed class NodeWatch(TabPage page, int maxNodes, TimeProvider time)
{
    // Nodes come by the million a second, at 150 bytes and more each.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>So many times the limit, with a document that does not answer, and its renderer is ended.</summary>
    private const int Runaway = 2;

    /// <summary>Watches until the visit has ended.</summary>
    public async Task RunAsync(CancellationToken visitEnded)
    {
        try
        {
            Task<int>? asked = null;
            while (true)
            {
                var pause = Task.Delay(Period, time, visitEnded);
                await (asked is { IsCompleted: false } ? Task.WhenAny(pause, asked) : pause).ConfigureAwait(false);
                visitEnded.ThrowIfCancellationRequested();
                var live = await page.CountLiveNodesAsync().WaitAsync(visitEnded).ConfigureAwait(false);
                if (
                    asked is { IsCompletedSuccessfully: true }
                    && await asked.ConfigureAwait(false) is var nodes
                    && nodes > maxNodes
                )
                    page.Traffic.Halt(VisitEnd.TooLarge, $"{nodes} DOM nodes and growing; the most is {maxNodes}");
                else if (asked is { IsCompleted: false } && live > (long)maxNodes * Runaway)
                {
                    page.Traffic.Halt(
                        VisitEnd.Runaway,
                        $"{live} DOM nodes in a page that answers no more; the most is {maxNodes}"
                    );
                    page.CrashAsync().Observe();
                    return;
                }
                if (live > maxNodes && asked is not { IsCompleted: false })
                {
                    asked = page.CountNodesAsync();
                    asked.Observe();
                }
            }
        }
        catch (Exception e)
            when (e
                    is OperationCanceledException
                        or ProtocolException
                        or RendererCrashedException
                        or BrowserLostException
            )
        {
            // The visit has ended, or its page has; who visits hears of that by himself.
        }
    }
}
