namespace FunctionsCrawler.Orchestration;

/// <summary>How long at least one of some intervals lasted: chunks overlap, and between a kill and a resume nothing runs.</summary>
internal sealed class BusyTime
{
    private readonly List<(DateTimeOffset Start, DateTimeOffset End)> _intervals = [];

    /// <summary>The length of their union.</summary>
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

    /// <summary>Adds an interval.</summary>
    public void Add(DateTimeOffset start, DateTimeOffset end) => _intervals.Add((start, end));
}
