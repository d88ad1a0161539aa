using System.Globalization;

namespace FunctionsCrawler.Frontier;

/// <summary>The entry of a sitemap or feed that is being read. Its date applies to all its URLs, whichever comes first.</summary>
internal sealed class SitemapEntry
{
    private readonly List<string> _urls = [];
    private DateTimeOffset? _date;

    /// <summary>The name of the element.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Whether the element is an entry at all.</summary>
    public bool IsEntry { get; private set; }

    /// <summary>Whether the entry has a link already. Those of feeds have one.</summary>
    public bool HasLink { get; set; }

    /// <summary>Starts an element at the depth of entries.</summary>
    public void Begin(string name, bool isEntry)
    {
        (Name, IsEntry, HasLink, _date) = (name, isEntry, false, null);
        _urls.Clear();
    }

    /// <summary>Adds a URL.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="modified">Receives its date, if that is known.</param>
    public void Add(string url, Dictionary<string, DateTimeOffset> modified)
    {
        _urls.Add(url);
        if (_date is { } date)
            modified[url] = date;
    }

    /// <summary>Sets the date, unless there is one or the text is none.</summary>
    /// <param name="text">A date of sitemaps and Atom (ISO 8601) or of RSS (RFC 822).</param>
    /// <param name="modified">Receives the date of each URL so far.</param>
    public void SetDate(string text, Dictionary<string, DateTimeOffset> modified)
    {
        const DateTimeStyles universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (_date is not null || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, universal, out var date))
            return;
        _date = date;
        foreach (var url in _urls)
            modified[url] = date;
    }
}
