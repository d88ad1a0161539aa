using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// The URLs without a record in the order in which they are visited: sorted runs, merged as far as URLs are taken. A stored run
/// is read only when its first URL is the next of all.
/// </summary>
internal sealed class FrontierQueue : IDisposable
{
    private readonly PriorityQueue<FrontierRun, (IReadOnlyList<long> Key, int Age)> _next = new(
        Comparer<(IReadOnlyList<long> Key, int Age)>.Create(
            static (left, right) =>
                FrontierOrder.Comparer.Compare(left.Key, right.Key) is var order and not 0
                    ? order
                    : left.Age.CompareTo(right.Age)
        )
    );

    /// <summary>Merges runs.</summary>
    /// <param name="runs">The runs. Where keys are equal, the URLs of earlier ones come first.</param>
    public FrontierQueue(IReadOnlyList<FrontierRun> runs)
    {
        Runs = runs;
        foreach (var (age, run) in runs.Index())
        {
            Count += run.Left;
            if (run.Left > 0)
                _next.Enqueue(run, (run.Key, age));
        }
    }

    /// <summary>The runs, with what is left of them, in the order in which they were given.</summary>
    public IReadOnlyList<FrontierRun> Runs { get; }

    /// <summary>The number of URLs that are left.</summary>
    public int Count { get; private set; }

    /// <summary>Returns the next URL without taking it; null if none is left.</summary>
    /// <exception cref="DamagedBlobException">A segment is missing or damaged.</exception>
    public async ValueTask<FrontierUrl?> PeekAsync(CancellationToken cancellationToken) =>
        _next.TryPeek(out var run, out _) ? await run.PeekAsync(cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Takes the URL that <see cref="PeekAsync"/> returned.</summary>
    public void Take()
    {
        if (!_next.TryPeek(out var run, out var place))
            throw new InvalidOperationException("The queue is empty.");
        run.Take();
        Count--;
        if (run.Left == 0)
            _next.Dequeue();
        else if (run.Key is var key && FrontierOrder.Comparer.Compare(key, place.Key) != 0)
            _next.DequeueEnqueue(run, (key, place.Age));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var run in Runs)
            run.Dispose();
    }
}
