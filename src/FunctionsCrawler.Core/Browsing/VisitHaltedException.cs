namespace FunctionsCrawler.Browsing;

/// <summary>A page exceeded a limit, which ends its visit.</summary>
/// <param name="end">How the visit ends.</param>
/// <param name="detail">The limit and the value that exceeded it, in one line.</param>
internal sealed class VisitHaltedException(VisitEnd end, string detail) : Exception(detail)
{
    /// <summary>How the visit ends.</summary>
    public VisitEnd End { get; } = end;
}
