using System.Net;
using System.Text.RegularExpressions;
using FunctionsCrawler.Cli.Demo;

namespace FunctionsCrawler.Cli.Tests.Demo;

public sealed partial class SampleSiteTests : IAsyncLifetime
{
    private static readonly SamplePage[] AllPages = [.. SampleSite.Pages, .. SampleSite.LabPages];

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private SampleSite _site = null!;

    public async ValueTask InitializeAsync() => _site = await SampleSite.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _site.DisposeAsync();
    }

    public static TheoryData<string> Paths => [.. AllPages.Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Path_InTheTable_AnswersAsListed(string path)
    {
        var page = AllPages.Single(page => string.Equals(page.Path, path, StringComparison.Ordinal));

        using var answer = await GetAsync(path);

        Assert.Equal(page.Status, (int)answer.StatusCode);
        if (answer.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found)
            Assert.Equal(page.LeadsTo ?? path, answer.Headers.Location?.OriginalString);
        if (page.Status == 200)
            Assert.Equal(page.Error is null, IsPage(answer.Content));
    }

    [Fact]
    public async Task Links_FromTheRoot_LeadToExactlyThePagesOfTheTable()
    {
        var found = await DepthsFromAsync("/");

        var expected = SampleSite.Pages.Where(page => !page.OnlyRendered).Select(page => page.Path);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, page => Assert.InRange(page.Value, 0, 3));
        Assert.InRange(found["/js/rendered"], 0, 2);
    }

    [Fact]
    public async Task Links_FromTheLab_LeadToExactlyItsPages()
    {
        var found = await DepthsFromAsync("/lab/");

        var expected = SampleSite.LabPages.Select(page => page.Path);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Resources_OfAllPages_AreServed()
    {
        foreach (var page in SampleSite.Pages.Where(page => page.Error is null))
        {
            using var answer = await GetAsync(page.LeadsTo ?? page.Path);
            foreach (var resource in Resource().Matches(await answer.Content.ReadAsStringAsync()).Select(UrlOf))
            {
                using var file = await GetAsync(resource);
                Assert.True(file.IsSuccessStatusCode, $"{page.Path} needs {resource}");
            }
        }
    }

    [Fact]
    public async Task IndexPages_Html_HasOneTitleAndADescription()
    {
        foreach (var path in SampleSite.Pages.Select(page => page.Path).Where(path => path.EndsWith('/')))
        {
            var html = await _client.GetStringAsync(new Uri(_site.Url, path));
            Assert.Single(Title().Matches(html));
            Assert.DoesNotContain("content=\"\"", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Flaky_TwoRequests_OnlyTheFirstFails()
    {
        using var first = await GetAsync("/flaky");
        using var second = await GetAsync("/flaky");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task RenderedPage_Html_LacksTheDataOfTheScript()
    {
        using var answer = await GetAsync("/js/rendered");
        var html = await answer.Content.ReadAsStringAsync();

        Assert.DoesNotContain("only-from-script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("exists only after", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_AfterTwo_AreInOrder()
    {
        using var first = await GetAsync("/guide/field%20notes");
        using var second = await GetAsync("/api/errors?page=2");

        Assert.Equal(["GET /guide/field%20notes", "GET /api/errors?page=2"], _site.Requests);
    }

    [Fact]
    public async Task Dispose_OpenConnection_ClosesThePort()
    {
        var site = await SampleSite.StartAsync(CancellationToken.None);
        using var answer = await _client.GetAsync(site.Url);

        await site.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync(site.Url));
    }

    /// <summary>Follows links as a crawler without scripts does.</summary>
    /// <returns>The depth of each path and query.</returns>
    private async Task<Dictionary<string, int>> DepthsFromAsync(string start)
    {
        var depths = new Dictionary<string, int>(StringComparer.Ordinal) { [start] = 0 };
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var path))
        {
            using var answer = await GetAsync(path);
            if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType is not "text/html")
                continue;
            var html = await answer.Content.ReadAsStringAsync();
            foreach (var link in Link().Matches(html).Select(UrlOf).Select(link => NormalizedPath(path, link)))
                if (link is not null && depths.TryAdd(link, depths[path] + 1))
                    open.Enqueue(link);
        }
        return depths;
    }

    private string? NormalizedPath(string page, string link)
    {
        var url = new Uri(new Uri(_site.Url, page), link);
        if (url.Scheme is not "http")
            return null;
        var query = url.Query is "?" ? "" : url.Query;
        return Uri.UnescapeDataString(url.AbsolutePath).Replace(" ", "%20", StringComparison.Ordinal) + query;
    }

    private static bool IsPage(HttpContent content) =>
        content.Headers.ContentType?.MediaType is "text/html" or "text/plain"
        && content.Headers.ContentDisposition is null;

    private static string UrlOf(Match match) => match.Groups["url"].Value;

    private Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(_site.Url, path));

    // What a crawl follows: links and frames.
    [GeneratedRegex(
        "<(a [^>]*?href|iframe [^>]*?src)=\"(?<url>[^\"]*)\"",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Link();

    [GeneratedRegex(
        "<(img|link|iframe) [^>]*?(src|href)=\"(?<url>[^\"]*)\"",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Resource();

    [GeneratedRegex("<title>[^<]+</title>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Title();
}
