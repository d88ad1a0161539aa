namespace FunctionsCrawler.Crawls;

/// <summary>
/// The time during which at least one chunk ran. Chunks overlap, and nothing runs between a kill and a resume, so neither
/// their sum nor the span from first to last would be right.
/// </summary>
internal sealed class BusyTime
{
    private readonly List<(DateTimeOffset Start, DateTimeOffset End)> _intervals = [];

    /// <summary>The length of the union of all intervals.</summary>
    public TimeSpan Total
    {
        get
        {
            var total = TimeSpan.Zero;
            var covered = DateTimeOffset.MinValue;
            foreach (var (start, end) in _intervals.Order())
            {
                var from = start > covered ? start : covered;
                if (end > from)
                    (total, covered) = (total + (end - from), end);
            }
            return total;
        }
    }

    public void Add(DateTimeOffset start, DateTimeOffset end) => _intervals.Add((start, end));
}
