namespace FunctionsCrawler.Network;

/// <summary>
/// Chooses the response headers that are recorded. Results are stored and passed on, so headers that hold secrets of the
/// visit are left out, as are those that say nothing about the page, and a server cannot fill records with headers.
/// </summary>
internal static class RecordedHeaders
{
    private const int MaxHeaders = 64;
    private const int MaxValueLength = 1024;
    private const int MaxTotalLength = 16 * 1024;

    private static readonly string[] PrivatePrefixes = ["proxy-", "set-cookie", "cookie", "sec-"];

    // Headers of the moment and of the connection (RFC 9110, 7.6.1) differ between visits of the same page; the record has the
    // time of the visit.
    private static readonly string[] Transient =
    [
        "age",
        "connection",
        "date",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];

    // Parts of the names of headers that carry credentials or sessions: x-csrf-token, x-amz-security-token, x-session-id.
    private static readonly string[] PrivateParts =
    [
        "authenticat",
        "authoriz",
        "x-auth",
        "token",
        "secret",
        "session",
        "password",
        "credential",
        "api-key",
        "apikey",
        "csrf",
        "xsrf",
    ];

    /// <summary>
    /// The headers to record, by lower-case name; the values of repeated ones are joined by ", ". Longer values are cut.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var recorded = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var total = 0;
        foreach (var (header, value) in headers)
        {
            var name = header.ToLowerInvariant();
            if (IsPrivate(name) || Transient.Contains(name, StringComparer.Ordinal) || name.Length > MaxValueLength)
                continue;
            var isKnown = recorded.TryGetValue(name, out var earlier);
            if (!isKnown && recorded.Count == MaxHeaders)
                continue;
            var joined = isKnown ? $"{earlier}, {value}" : value;
            joined = joined.Length > MaxValueLength ? joined[..MaxValueLength] : joined;
            total += joined.Length - (earlier?.Length ?? -name.Length);
            if (total > MaxTotalLength)
                break;
            recorded[name] = joined;
        }
        return recorded;
    }

    /// <summary>Whether a header may hold a secret: credentials, cookies, sessions.</summary>
    /// <param name="name">Its name in lower case.</param>
    public static bool IsPrivate(string name) =>
        Array.Exists(PrivatePrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal))
        || Array.Exists(PrivateParts, part => name.Contains(part, StringComparison.Ordinal));
}
