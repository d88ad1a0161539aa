namespace FunctionsCrawler.Fetching;

/// <summary>When a browser has done enough and is replaced by a new one; whichever comes first.</summary>
public sealed record BrowserRecycling
{
    /// <summary>After so many visits.</summary>
    /// <value>Default 50, 1 to 10,000.</value>
    public int AfterPages { get; set; } = 50;

    /// <summary>After so many seconds.</summary>
    /// <value>Default 300, 1 to 86,400.</value>
    public int AfterSeconds { get; set; } = 300;

    /// <summary>Above so many megabytes (1,048,576 bytes) of proportional set size.</summary>
    /// <value>Default 700, 100 to 1,048,576.</value>
    public int AboveMegabytes { get; set; } = 700;
}
