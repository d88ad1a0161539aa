namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>One way to make a crawler connect to a forbidden address.</summary>
/// <param name="Name">The name, which is also the path on the site.</param>
/// <param name="Host">The forbidden host, in the spelling under test.</param>
/// <param name="Page">Creates the page that leads to the forbidden URL; null if a link on the first page does.</param>
internal sealed record Probe(string Name, string Host, Func<string, ProbePage>? Page)
{
    /// <summary>Whether Chromium does not connect even without the guard, because of how it is launched.</summary>
    public bool IsFenced { get; init; }

    /// <summary>The redirect status of robots.txt on a separate site for this probe; null if the probe is a page.</summary>
    public int? RobotsStatus { get; init; }

    /// <summary>Whether the probe works without a browser.</summary>
    public bool WorksOverHttp { get; init; }
}

/// <summary>The response of a probe.</summary>
internal sealed record ProbePage(string Body)
{
    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "text/html; charset=utf-8";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A page with HTML in its body. A pending request keeps it busy for a moment, so that everything in it runs.</summary>
    public static ProbePage Html(string html) =>
        new($"<!doctype html><title>Probe</title><body><h1>Probe</h1>{html}<script>fetch('/hold')</script></body>");

    public static ProbePage Script(string script) => Html($"<script>{script}</script>");

    public static ProbePage Redirect(int status, string location) =>
        new("")
        {
            Status = status,
            Headers = new Dictionary<string, string> { ["Location"] = location },
        };
}
