using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>Pages that allocate the amount of memory in their URL and keep it.</summary>
internal sealed class HungrySite : IAsyncDisposable
{
    private const string Html = """
        <!doctype html><title>hungry</title><p id=p>hungry</p><script>
        const wanted = Number(new URLSearchParams(location.search).get('mb')), kept = [];
        while (kept.length < wanted) kept.push(new Array(1 << 17).fill(kept.length + 0.5));
        p.textContent = `ate ${kept.length} MB`;
        </script>
        """;

    private readonly TestSite _site;

    private HungrySite(TestSite site) => _site = site;

    public static async Task<HungrySite> StartAsync() =>
        new(
            await TestSite.StartAsync(context =>
            {
                context.Response.ContentType = "text/html";
                return context.Response.WriteAsync(Html);
            })
        );

    /// <summary>The URL of a page that allocates this many megabytes; the number makes it unique.</summary>
    public string Page(int megabytes, int number) => $"{_site.Url}{number}?mb={megabytes}";

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
