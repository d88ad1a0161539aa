namespace FunctionsCrawler.Contracts;

/// <summary>When a browser is replaced by a new one. The limit that is reached first applies.</summary>
public sealed record BrowserRecycling
{
    /// <summary>Replace the browser after this many page visits.</summary>
    /// <value>Default 50, 1 to 10,000.</value>
    public int AfterPages { get; set; } = 50;

    /// <summary>Replace the browser after it has run this long.</summary>
    /// <value>Seconds. Default 300, 1 to 86,400.</value>
    public int AfterSeconds { get; set; } = 300;

    /// <summary>Replace the browser when its proportional set size (PSS) is above this.</summary>
    /// <value>Megabytes of 1,048,576 bytes. Default 700, 100 to 1,048,576.</value>
    public int AboveMegabytes { get; set; } = 700;
}
