using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Access;

/// <summary>The API keys of a server. Only their SHA-256 hashes are kept in memory.</summary>
internal sealed class ApiKeys
{
    private const int MinLength = 16;
    private const int MaxLength = 256;
    private const string Bearer = "Bearer ";

    private readonly byte[][] _hashes;

    private ApiKeys(IEnumerable<string> keys) => _hashes = [.. keys.Select(Hash)];

    /// <summary>No keys: every client that can connect to the server may use it.</summary>
    public static ApiKeys None { get; } = new([]);

    /// <summary>Whether there are keys. Every request needs one then.</summary>
    public bool AreRequired => _hashes.Length > 0;

    /// <summary>Parses a comma-separated list of keys.</summary>
    /// <param name="list">One or more keys of 16 to 256 visible ASCII characters.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="fault">What is wrong. It discloses nothing about a key except its length.</param>
    public static bool TryParse(
        string list,
        [NotNullWhen(true)] out ApiKeys? keys,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(list);
        var entries = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        fault = entries.Length == 0 ? "it contains no key" : entries.Select(FaultOf).FirstOrDefault(f => f is not null);
        keys = fault is null ? new ApiKeys(entries) : null;
        return fault is null;
    }

    /// <summary>Whether a request sends a key, valid or not.</summary>
    public static bool IsPresentIn(HttpRequest request) => KeysIn(request).Any();

    /// <summary>
    /// Returns the index of the key that a request sends; null if it sends no valid key. The time this takes discloses nothing
    /// about the keys.
    /// </summary>
    public int? Find(HttpRequest request)
    {
        int? found = null;
        foreach (var hash in KeysIn(request).Select(Hash))
        {
            for (var n = 0; n < _hashes.Length; n++)
            {
                if (CryptographicOperations.FixedTimeEquals(hash, _hashes[n]))
                    found = n;
            }
        }
        return found;
    }

    /// <summary>Whether a text is one of the keys. The time this takes discloses nothing about the keys.</summary>
    public bool Has(string key)
    {
        var hash = Hash(key);
        return _hashes.Aggregate(false, (found, known) => found | CryptographicOperations.FixedTimeEquals(hash, known));
    }

    // x-functions-key is the header of Azure Functions, so that a client works with both hosts. Keys in URLs are not
    // accepted, because URLs are logged.
    private static IEnumerable<string> KeysIn(HttpRequest request)
    {
        var headers = request.Headers;
        var authorization = headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            yield return authorization[Bearer.Length..].Trim();
        foreach (var name in new[] { "X-Api-Key", "x-functions-key" })
        {
            if (headers[name].ToString() is { Length: > 0 } key)
                yield return key;
        }
        // Browsers cannot set headers of WebSockets; clients name their key as the subprotocol.
        foreach (var protocol in request.HttpContext.WebSockets.WebSocketRequestedProtocols)
            yield return protocol;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string? FaultOf(string key) =>
        key.Length is < MinLength or > MaxLength
            ? $"a key has {key.Length} characters; {MinLength} to {MaxLength} are allowed"
        : key.All(c => c is > ' ' and <= '~') ? null
        : "a key contains a space, a control character or a non-ASCII character; only visible ASCII characters are allowed";
}
