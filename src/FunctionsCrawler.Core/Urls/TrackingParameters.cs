using System.Collections.Frozen;

namespace FunctionsCrawler.Urls;

/// <summary>Query parameters that only track visitors and never change the content of a page, and those of sessions.</summary>
internal static class TrackingParameters
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            // Google
            "gclid",
            "gclsrc",
            "dclid",
            "gbraid",
            "wbraid",
            "srsltid",
            "_ga",
            "_gl",
            // other advertisers
            "fbclid",
            "igshid",
            "igsh",
            "msclkid",
            "yclid",
            "ttclid",
            "twclid",
            "li_fat_id",
            // mailings
            "mc_cid",
            "mc_eid",
            "_hsenc",
            "_hsmi",
            "mkt_tok",
            "vero_id",
            "oly_anon_id",
            "oly_enc_id",
            "_openstat",
        ],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Names.GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    /// <summary>Removes the parameters that the rules exclude; all others keep their spelling and order.</summary>
    /// <param name="query">A query that is empty or begins with "?".</param>
    /// <param name="rules">Whether tracking parameters, session ids or both are removed.</param>
    public static string RemoveFrom(string query, UrlRules rules)
    {
        if (query.Length == 0)
            return query;
        var parameters = query[1..].Split('&');
        var kept = Array.FindAll(parameters, parameter => !IsDropped(parameter, rules));
        return kept.Length == parameters.Length ? query : "?" + string.Join('&', kept);
    }

    private static bool IsDropped(string parameter, UrlRules rules)
    {
        var end = parameter.IndexOf('=', StringComparison.Ordinal);
        var name = end < 0 ? parameter : parameter.AsSpan(0, end);
        return (
                rules.DropTrackingParameters
                && (name.StartsWith("utm_", StringComparison.OrdinalIgnoreCase) || Lookup.Contains(name))
            ) || (rules.DropSessionIds && SessionIds.IsSessionId(name));
    }
}
