using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Reads the headers of a request. Some are options of their own here: cookies, the User-Agent, the language.</summary>
internal sealed class HeaderReader
{
    /// <summary>Reads the headers.</summary>
    /// <param name="given">The object; null if there is none.</param>
    public HeaderReader(FieldReader? given)
    {
        if (given is null)
            return;
        var others = new Dictionary<string, SecretText>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in given.All().Select(field => field.Name))
        {
            if (given.Text(name) is not { } value)
                continue;
            switch (name.ToUpperInvariant())
            {
                case "USER-AGENT":
                    UserAgent = value;
                    break;
                case "COOKIE":
                    Cookies = [.. value.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(CookieOf)];
                    break;
                case "ACCEPT-LANGUAGE":
                    // The first one is preferred; the browser adds its language alone.
                    var first = value.Split(',', ';')[0].Trim();
                    Locale = first is "" or "*" ? null : first;
                    break;
                default:
                    others[name] = SecretText.FromString(value);
                    break;
            }
        }
        Others = others.Count == 0 ? null : others;
    }

    /// <summary>The User-Agent; null if there is none.</summary>
    public string? UserAgent { get; }

    /// <summary>The cookies; null if there are none.</summary>
    public IReadOnlyList<PageCookie>? Cookies { get; }

    /// <summary>The preferred language; null if there is none.</summary>
    public string? Locale { get; }

    /// <summary>The other headers; null if there are none.</summary>
    public IReadOnlyDictionary<string, SecretText>? Others { get; }

    private static PageCookie CookieOf(string pair)
    {
        var parts = pair.Split('=', 2);
        return new PageCookie { Name = parts[0].Trim(), Value = parts.Length > 1 ? parts[1].Trim() : "" };
    }
}
