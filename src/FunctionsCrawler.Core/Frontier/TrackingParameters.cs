using System.Collections.Frozen;

namespace FunctionsCrawler.Frontier;

/// <summary>Query parameters that say where a visitor came from and never what the page shows.</summary>
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

    /// <summary>The query without them; all others stay as they are and in order.</summary>
    /// <param name="query">Empty, or begins with "?".</param>
    public static string RemoveFrom(string query)
    {
        if (query.Length == 0)
            return query;
        var parameters = query[1..].Split('&');
        var kept = Array.FindAll(parameters, parameter => !IsTracking(parameter));
        return kept.Length == parameters.Length ? query : "?" + string.Join('&', kept);
    }

    private static bool IsTracking(string parameter)
    {
        var end = parameter.IndexOf('=', StringComparison.Ordinal);
        var name = end < 0 ? parameter : parameter.AsSpan(0, end);
        return name.StartsWith("utm_", StringComparison.OrdinalIgnoreCase) || Lookup.Contains(name);
    }
}
