using System.Collections.Frozen;

namespace FunctionsCrawler.Urls;

/// <summary>
/// Session ids in URLs. Sites without cookies put them there, and every visit then finds the same pages under new URLs.
/// </summary>
internal static class SessionIds
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        ["jsessionid", "phpsessid", "aspsessionid", "cfid", "cftoken", "sessionid", "session_id", "zenid", "oscsid"],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Names.GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    /// <summary>Whether a query parameter is a session id.</summary>
    public static bool IsSessionId(ReadOnlySpan<char> name) =>
        Lookup.Contains(name) || name.StartsWith("aspsessionid", StringComparison.OrdinalIgnoreCase);

    /// <summary>Removes path parameters that are session ids: "/a;jsessionid=1F/b" becomes "/a/b".</summary>
    public static string RemoveFromPath(string path)
    {
        if (!path.Contains(';', StringComparison.Ordinal))
            return path;
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var parts = segments[i].Split(';');
            if (parts.Length > 1)
                segments[i] = string.Join(';', parts.Where((part, n) => n == 0 || !IsSessionId(NameOf(part))));
        }
        return string.Join('/', segments);
    }

    private static ReadOnlySpan<char> NameOf(string parameter)
    {
        var end = parameter.IndexOf('=', StringComparison.Ordinal);
        return end < 0 ? parameter : parameter.AsSpan(0, end);
    }
}
