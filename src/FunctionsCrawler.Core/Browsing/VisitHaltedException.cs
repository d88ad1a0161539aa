namespace FunctionsCrawler.Browsing;

/// <summary>A page went beyond a limit, and its visit is over.</summary>
/// <param name="end">As what it ends.</param>
/// <param name="detail">The limit, and what exceeded it, in one sentence.</param>
internal sealed class VisitHaltedException(VisitEnd end, string detail) : Exception(detail)
{
    /// <summary>As what the visit ends.</summary>
    public VisitEnd End { get; } = end;
}
