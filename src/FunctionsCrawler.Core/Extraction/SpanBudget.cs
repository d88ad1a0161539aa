namespace FunctionsCrawler.Extraction;

/// <summary>
/// Limits the positions that cells of tables cover by span attributes: a few bytes of markup could request billions of them.
/// </summary>
/// <param name="positions">The most positions that cells cover besides their first ones.</param>
/// <param name="columns">The most columns that one cell spans.</param>
internal sealed class SpanBudget(int positions, int columns)
{
    private int _left = positions;

    /// <summary>The most columns that one cell spans.</summary>
    public int MaxColumns => columns;

    /// <summary>Whether cells cover fewer positions than they request.</summary>
    public bool IsExceeded { get; private set; }

    /// <summary>Takes a position. Returns false if none is left.</summary>
    public bool TryTake()
    {
        if (_left == 0)
        {
            IsExceeded = true;
            return false;
        }
        _left--;
        return true;
    }
}
