using System.Net;
using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>A site whose first page links to every probe. Its own address is allowed, the targets of the probes are not.</summary>
internal sealed class ProbeSite : IAsyncDisposable
{
    /// <summary>The only loopback address that is allowed.</summary>
    public static readonly IPAddress Address = IPAddress.Parse("127.0.0.3");

    private readonly ForbiddenListener _listener = new();
    private readonly Dictionary<string, (Probe Probe, int Port)> _probes = new(StringComparer.Ordinal);
    private readonly int _callbackPort;
    private readonly List<TestSite> _robotsSites = [];
    private readonly Dictionary<string, string> _robotsUrls = new(StringComparer.Ordinal);
    private TestSite _site = null!;

    private ProbeSite(IEnumerable<Probe> probes)
    {
        foreach (var probe in probes)
            _probes.Add(probe.Name, (probe, _listener.Open()));
        _callbackPort = _listener.Open();
    }

    /// <summary>The first page.</summary>
    public string Url => _site.Url;

    /// <summary>The sitemaps, which are probes too.</summary>
    public IEnumerable<string> Sitemaps =>
        _probes.Keys.Where(name => name.StartsWith("sitemap", StringComparison.Ordinal)).Select(name => Url + name);

    /// <summary>A forbidden URL to use as callback.</summary>
    public string Callback => $"http://127.0.0.2:{_callbackPort}/callback";

    /// <summary>The probes that reached the forbidden listener since the last call.</summary>
    public IReadOnlyList<string> TakeReached()
    {
        var ports = _listener.Reached.ToHashSet();
        _listener.Clear();
        var names = _probes.Values.Where(p => ports.Contains(p.Port)).Select(p => p.Probe.Name);
        return [.. names, .. ports.Contains(_callbackPort) ? ["callback"] : Array.Empty<string>()];
    }

    public static async Task<ProbeSite> StartAsync(IEnumerable<Probe> probes)
    {
        var site = new ProbeSite(probes);
        foreach (var (probe, port) in site._probes.Values.Where(p => p.Probe.RobotsStatus is not null))
        {
            // A robots.txt applies to a whole origin, so each of these probes needs its own site.
            var target = ProbePage.Redirect(probe.RobotsStatus!.Value, Target(probe, port));
            var robots = await TestSite.StartAsync(
                context => WriteAsync(context, ProbePage.Html("never seen")),
                Address,
                context => WriteAsync(context, target)
            );
            site._robotsSites.Add(robots);
            site._robotsUrls.Add(probe.Name, robots.Url + probe.Name);
        }
        site._site = await TestSite.StartAsync(site.AnswerAsync, Address);
        return site;
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        foreach (var robots in _robotsSites)
            await robots.DisposeAsync();
        await _listener.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Trim('/');
        if (path.Length == 0)
            await WriteAsync(context, new ProbePage(Links()));
        else if (path == "hold")
            await Task.Delay(300, context.RequestAborted);
        else if (path == "to")
            await WriteAsync(context, ProbePage.Redirect(302, context.Request.QueryString.Value![1..]));
        else if (_probes.TryGetValue(path, out var found) && found.Probe.Page is { } page)
            await WriteAsync(context, page(Target(found.Probe, found.Port)));
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private string Links() =>
        "<!doctype html><meta charset=utf-8><title>Probes</title><h1>Probes</h1>"
        + string.Concat(_probes.Values.Select(p => $"<p><a href='{LinkTo(p.Probe, p.Port)}'>{p.Probe.Name}</a>"));

    private string LinkTo(Probe probe, int port) =>
        _robotsUrls.GetValueOrDefault(probe.Name) ?? (probe.Page is null ? Target(probe, port) : "/" + probe.Name);

    private static string Target(Probe probe, int port) => $"http://{probe.Host}:{port}/{probe.Name}";

    private static async Task WriteAsync(HttpContext context, ProbePage page)
    {
        context.Response.StatusCode = page.Status;
        context.Response.ContentType = page.ContentType;
        foreach (var (name, value) in page.Headers)
            context.Response.Headers[name] = value;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(page.Body), context.RequestAborted);
    }
}
