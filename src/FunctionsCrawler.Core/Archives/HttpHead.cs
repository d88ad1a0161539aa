using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Archives;

/// <summary>
/// Writes the heads of requests and responses as archives hold them. Credentials are left out: an archive is passed on. Headers
/// that no longer describe the stored body are renamed.
/// </summary>
internal static class HttpHead
{
    /// <summary>The prefix of a header that describes what was received, but not what is stored.</summary>
    private const string Original = "X-Archive-Orig-";

    private static readonly string[] Private =
    [
        "Authorization",
        "Authentication-Info",
        "Cookie",
        "Cookie2",
        "Set-Cookie",
        "Set-Cookie2",
    ];

    /// <summary>The head of a GET request.</summary>
    /// <param name="url">A URL that <see cref="ArchivedUrl.Of"/> returned.</param>
    /// <param name="headers">The headers that were sent.</param>
    /// <param name="isPrivate">Whether a header is one of the operator, by its name.</param>
    public static byte[] OfRequest(
        string url,
        IEnumerable<KeyValuePair<string, string>> headers,
        Func<string, bool> isPrivate
    )
    {
        var target = new Uri(url);
        using var head = new MemoryStream();
        WriteLine(head, $"GET {target.PathAndQuery} HTTP/1.1", Encoding.ASCII);
        WriteLine(head, $"Host: {target.Authority}", Encoding.ASCII);
        foreach (var (name, value) in headers)
        {
            if (!IsPrivate(name) && !isPrivate(name) && !name.Equals("Host", StringComparison.OrdinalIgnoreCase))
                WriteHeader(head, name, value, Encoding.Latin1);
        }
        WriteLine(head, "", Encoding.ASCII);
        return head.ToArray();
    }

    /// <summary>The head of a response whose body is stored without transfer codings.</summary>
    /// <param name="response">What was received.</param>
    /// <param name="length">The size of the stored body, in bytes.</param>
    public static byte[] OfResponse(ReceivedHead response, long length)
    {
        ArgumentNullException.ThrowIfNull(response);
        using var head = new MemoryStream();
        WriteLine(head, $"HTTP/1.1 {response.Status:D3} {Clean(response.Reason)}", response.Encoding);
        var hasLength = false;
        foreach (var (name, value) in response.Headers.Where(h => !IsPrivate(h.Key)))
        {
            if (Is(name, "Content-Length"))
            {
                var isRight =
                    !hasLength
                    && string.Equals(
                        value.Trim(),
                        length.ToString(CultureInfo.InvariantCulture),
                        StringComparison.Ordinal
                    );
                hasLength |= isRight;
                WriteHeader(head, isRight ? name : Original + name, value, response.Encoding);
            }
            else if (Is(name, "Content-Type") && response.IsReencoded && !HasUtf8(value))
            {
                WriteHeader(head, name, $"{value.Split(';')[0].Trim()}; charset=utf-8", response.Encoding);
                WriteHeader(head, Original + name, value, response.Encoding);
            }
            else
            {
                var isGone = Is(name, "Transfer-Encoding") || (response.IsDecoded && Is(name, "Content-Encoding"));
                WriteHeader(head, isGone ? Original + name : name, value, response.EncodingOf(name));
            }
        }
        if (!hasLength && response.Status is not (204 or 304))
            WriteHeader(head, "Content-Length", length.ToString(CultureInfo.InvariantCulture), Encoding.ASCII);
        WriteLine(head, "", Encoding.ASCII);
        return head.ToArray();
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool HasUtf8(string type) =>
        type.Replace("\"", "", StringComparison.Ordinal).Contains("charset=utf-8", StringComparison.OrdinalIgnoreCase);

    private static bool IsPrivate(string name) =>
        Private.Contains(name, StringComparer.OrdinalIgnoreCase)
        || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
        || name.Length == 0
        // Not a name (RFC 9110, 5.1): it could end the head.
        || name.Any(c => c is <= ' ' or >= '\x7f' or ':');

    private static void WriteHeader(MemoryStream head, string name, string value, Encoding encoding) =>
        WriteLine(head, $"{name}: {Clean(value)}", encoding);

    private static void WriteLine(MemoryStream head, string line, Encoding encoding)
    {
        // Latin-1 has each byte that was received as one character, but not every character.
        var bytes = line.Any(c => c > '\xff') ? Encoding.UTF8.GetBytes(line) : encoding.GetBytes(line);
        head.Write(bytes);
        head.Write("\r\n"u8);
    }

    private static string Clean(string value) =>
        value.Any(c => c is (< ' ' and not '\t') or '\x7f')
            ? string.Concat(value.Select(c => c is (< ' ' and not '\t') or '\x7f' ? ' ' : c))
            : value;
}

/// <summary>The head of a response as it was received.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Reason">The reason phrase; may be empty.</param>
/// <param name="Headers">The headers; one that was sent several times comes several times.</param>
internal sealed record ReceivedHead(int Status, string Reason, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Whether the body is stored without its content codings.</summary>
    public bool IsDecoded { get; init; }

    /// <summary>Whether the body is text that is stored as UTF-8, whatever it was received as.</summary>
    public bool IsReencoded { get; init; }

    /// <summary>How the bytes of the headers were read as characters.</summary>
    public Encoding Encoding { get; init; } = Encoding.Latin1;

    /// <summary>The media type without parameters; null if there is none.</summary>
    public string? MediaType => Find("Content-Type")?.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The value of Content-Length; null if there is none.</summary>
    public long? DeclaredLength =>
        long.TryParse(Find("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : null;

    /// <summary>The encoding of one header: the fetcher reads Location as UTF-8.</summary>
    public Encoding EncodingOf(string name) =>
        name.Equals("Location", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : Encoding;

    private string? Find(string name) =>
        Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
