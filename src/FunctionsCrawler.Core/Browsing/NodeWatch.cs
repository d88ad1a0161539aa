using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Ends a visit whose document exceeds the node limit before it can be read, because its response or a script never ends.
/// The renderer's own node counter is cheap and available even while a script runs, but it covers all documents of the
/// renderer and nodes not yet garbage-collected. So it only decides when to count the nodes of the document itself.
/// </summary>
internal sealed class NodeWatch(TabPage page, int maxNodes, TimeProvider time)
{
    // A page can create a million nodes per second, at 150 bytes or more each.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// If the renderer's counter exceeds the limit by this factor while the document does not answer, the renderer is
    /// killed.
    /// </summary>
    private const int RunawayFactor = 2;

    /// <summary>Polls the node count until the token is cancelled or the page is lost. Does not throw for either.</summary>
    public async Task RunAsync(CancellationToken visitEnded)
    {
        try
        {
            Task<int>? counting = null;
            while (true)
            {
                var pause = Task.Delay(Period, time, visitEnded);
                await (counting is { IsCompleted: false } ? Task.WhenAny(pause, counting) : pause).ConfigureAwait(
                    false
                );
                visitEnded.ThrowIfCancellationRequested();
                var live = await page.CountLiveNodesAsync().WaitAsync(visitEnded).ConfigureAwait(false);
                if (
                    counting is { IsCompletedSuccessfully: true }
                    && await counting.ConfigureAwait(false) is var nodes
                    && nodes > maxNodes
                )
                    page.Traffic.Halt(VisitEnd.TooLarge, $"{nodes} DOM nodes and growing; the limit is {maxNodes}");
                else if (counting is { IsCompleted: false } && live > (long)maxNodes * RunawayFactor)
                {
                    page.Traffic.Halt(
                        VisitEnd.Runaway,
                        $"{live} DOM nodes in a page that no longer responds; the limit is {maxNodes}"
                    );
                    page.CrashAsync().Observe();
                    return;
                }
                if (live > maxNodes && counting is not { IsCompleted: false })
                {
                    counting = page.CountNodesAsync(maxNodes);
                    counting.Observe();
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
            // The visit has ended or its page is lost; the visit itself reports that.
        }
    }
}
