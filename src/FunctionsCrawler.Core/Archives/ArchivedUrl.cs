namespace FunctionsCrawler.Archives;

/// <summary>URLs in archives.</summary>
internal static class ArchivedUrl
{
    /// <summary>
    /// The URL as records name it: without user name, password and fragment, in ASCII and without spaces. Null if it is not one
    /// of http or https.
    /// </summary>
    public static string? Of(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            return null;
        var end = url.IndexOf('#', StringComparison.Ordinal);
        var sent = end < 0 ? url : url[..end];
        // As it was sent: .NET escapes some characters that browsers do not, and a replay looks for those.
        if (parsed.UserInfo.Length == 0 && sent.All(c => c is > ' ' and < '\x7f'))
            return sent;
        var host = parsed.HostNameType == UriHostNameType.IPv6 ? parsed.Host : parsed.IdnHost;
        var port = parsed.IsDefaultPort ? "" : $":{parsed.Port}";
        return $"{parsed.Scheme}://{host}{port}{parsed.PathAndQuery}";
    }

    /// <summary>
    /// The key by which an index is sorted (SURT): the parts of the host in reverse order, so that the pages of a domain are
    /// together; in lower case, without "www.", and with the query's parameters sorted, as replay tools compute it.
    /// </summary>
    /// <param name="url">A URL that <see cref="Of"/> returned.</param>
    public static string KeyOf(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var lower = url.ToLowerInvariant();
        var begin = lower.IndexOf("//", StringComparison.Ordinal) + 2;
        var pathBegin = lower.AsSpan(begin).IndexOfAny('/', '?');
        var authority = pathBegin < 0 ? lower[begin..] : lower.Substring(begin, pathBegin);
        var rest = pathBegin < 0 ? "/" : lower[(begin + pathBegin)..];
        var parsed = new Uri(lower);
        var host = authority.StartsWith('[') ? parsed.Host : WithoutWww(authority.Split(':')[0]);
        var reversed = string.Join(',', host.Split('.').Reverse());
        var port = parsed.IsDefaultPort ? "" : $":{parsed.Port}";
        return $"{reversed}{port}){WithSortedQuery(rest.StartsWith('?') ? "/" + rest : rest)}";
    }

    private static string WithoutWww(string host)
    {
        if (!host.StartsWith("www", StringComparison.Ordinal))
            return host;
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && host.AsSpan(3, dot - 3).ContainsAnyExceptInRange('0', '9') is false
            ? host[(dot + 1)..]
            : host;
    }

    private static string WithSortedQuery(string path)
    {
        var question = path.IndexOf('?', StringComparison.Ordinal);
        if (question < 0 || question == path.Length - 1)
            return question < 0 ? path : path[..question];
        var parameters = path[(question + 1)..].Split('&');
        // A stable sort, by name only.
        return path[..(question + 1)]
            + string.Join('&', parameters.OrderBy(p => p.Split('=', 2)[0], StringComparer.Ordinal));
    }
}
