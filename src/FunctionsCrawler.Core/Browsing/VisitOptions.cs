namespace FunctionsCrawler.Browsing;

/// <summary>What a visit does besides reading the document.</summary>
internal sealed record VisitOptions
{
    /// <summary>Whether a PNG of the whole page is taken once the document was read.</summary>
    /// <value>Default false.</value>
    public bool Screenshot { get; init; }
}
