using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Writes the links and the images of a result.</summary>
internal static class ResultLinks
{
    // The second level of these domains belongs to a registry: example.co.uk.
    private static readonly HashSet<string> SecondLevels = new(StringComparer.Ordinal)
    {
        "co",
        "com",
        "org",
        "net",
        "gov",
        "edu",
        "ac",
    };

    /// <summary>Writes the links: internal ones lead to the domain of the page or below it.</summary>
    public static JsonObject Of(PageRecord record, LinkRules rules)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(rules);
        var own = BaseDomain(HostOf(record.FinalUrl ?? record.Url));
        var (inside, outside) = (new JsonArray(), new JsonArray());
        foreach (var link in record.Links.Where(link => !InlinePage.IsWithoutBase(link.Url)))
        {
            var host = HostOf(link.Url);
            var isInternal = host.EndsWith(own, StringComparison.Ordinal);
            if (rules.Keeps(host, isInternal))
                (isInternal ? inside : outside).Add(Link(link, BaseDomain(host)));
        }
        return new JsonObject { ["internal"] = inside, ["external"] = outside };
    }

    /// <summary>Writes the media.</summary>
    public static JsonObject MediaOf(PageRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new JsonObject
        {
            ["images"] = new JsonArray([.. (record.Images ?? []).Select(Image)]),
            ["videos"] = new JsonArray(),
            ["audios"] = new JsonArray(),
        };
    }

    private static JsonObject Link(PageLink link, string domain) =>
        new()
        {
            ["href"] = link.Url,
            ["text"] = link.Text,
            ["title"] = "",
            ["base_domain"] = domain,
            ["head_data"] = null,
            ["head_extraction_status"] = null,
            ["head_extraction_error"] = null,
            ["intrinsic_score"] = 0,
            ["contextual_score"] = null,
            ["total_score"] = null,
        };

    private static JsonObject Image(PageImage image, int index) =>
        new()
        {
            ["src"] = image.Url,
            ["data"] = "",
            ["alt"] = image.Alt,
            ["desc"] = "",
            ["score"] = 0,
            ["type"] = "image",
            ["group_id"] = index,
            ["format"] = Path.GetExtension(new Uri(image.Url).AbsolutePath).TrimStart('.').ToLowerInvariant(),
            ["width"] = image.Width,
            ["height"] = image.Height,
        };

    private static string HostOf(string url)
    {
        var host = new Uri(url).IdnHost.ToLowerInvariant();
        return host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host;
    }

    private static string BaseDomain(string host)
    {
        var labels = host.Split('.');
        if (labels.Length <= 2 || Uri.CheckHostName(host) != UriHostNameType.Dns)
            return host;
        var hasThree = labels[^1].Length == 2 && SecondLevels.Contains(labels[^2]);
        return string.Join('.', labels[^(hasThree ? 3 : 2)..]);
    }
}
