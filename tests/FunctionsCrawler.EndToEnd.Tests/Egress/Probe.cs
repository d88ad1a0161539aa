namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>One way to lead a crawler where it must not go.</summary>
/// <param name="Name">What it is called, and its path on the site.</param>
/// <param name="Host">How the forbidden host is written.</param>
/// <param name="Page">What leads there, given the forbidden URL; null: a link on the first page does.</param>
internal sealed record Probe(string Name, string Host, Func<string, ProbePage>? Page)
{
    /// <summary>Whether Chromium is started in a way that this leads nowhere even without the guard.</summary>
    public bool IsFenced { get; init; }

    /// <summary>The redirect that the robots.txt of a site of its own answers with; null: it is a page.</summary>
    public int? RobotsStatus { get; init; }

    /// <summary>Whether no browser is needed to follow it.</summary>
    public bool WorksOverHttp { get; init; }
}

/// <summary>The answer of a probe's page.</summary>
internal sealed record ProbePage(string Body)
{
    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "text/html; charset=utf-8";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A page with this in its body, which stays busy for a moment so that nothing in it is cut short.</summary>
    public static ProbePage Html(string html) =>
        new($"<!doctype html><title>Probe</title><body><h1>Probe</h1>{html}<script>fetch('/hold')</script></body>");

    /// <summary>A page that runs this script.</summary>
    public static ProbePage Script(string script) => Html($"<script>{script}</script>");

    /// <summary>A redirect.</summary>
    public static ProbePage Redirect(int status, string location) =>
        new("")
        {
            Status = status,
            Headers = new Dictionary<string, string> { ["Location"] = location },
        };
}
