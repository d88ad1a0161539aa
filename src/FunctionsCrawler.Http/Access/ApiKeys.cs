using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Access;

/// <summary>The keys that a server knows, as SHA-256 hashes: the keys themselves are kept nowhere.</summary>
public sealed class ApiKeys
{
    private const int LeastLength = 16;
    private const int MostLength = 256;
    private const string Bearer = "Bearer ";

    private readonly byte[][] _hashes;

    private ApiKeys(IEnumerable<string> keys) => _hashes = [.. keys.Select(Hash)];

    /// <summary>No keys: whoever reaches the server may use it.</summary>
    public static ApiKeys None { get; } = new([]);

    /// <summary>Whether there are any, so that every request needs one.</summary>
    public bool AreAsked => _hashes.Length > 0;

    /// <summary>Reads keys, separated by commas.</summary>
    /// <param name="list">One key of 16 to 256 visible ASCII characters, or several.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="fault">What is wrong; it tells nothing of a key but its length.</param>
    public static bool TryParse(
        string list,
        [NotNullWhen(true)] out ApiKeys? keys,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(list);
        var entries = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        fault = entries.Length == 0 ? "it holds no key" : entries.Select(FaultOf).FirstOrDefault(f => f is not null);
        keys = fault is null ? new ApiKeys(entries) : null;
        return fault is null;
    }

    /// <summary>Whether a request names a key, known or not.</summary>
    public static bool IsNamedIn(HttpRequest request) => NamedIn(request).Any();

    /// <summary>
    /// Which of the keys a request names, counted from 0; null when it names none of them. How long that takes tells
    /// nothing of the keys.
    /// </summary>
    public int? Find(HttpRequest request)
    {
        int? found = null;
        foreach (var hash in NamedIn(request).Select(Hash))
        {
            for (var n = 0; n < _hashes.Length; n++)
            {
                if (CryptographicOperations.FixedTimeEquals(hash, _hashes[n]))
                    found = n;
            }
        }
        return found;
    }

    // The last is what Azure Functions asks for, so one client fits both hosts. Not in the URL: URLs are logged.
    private static IEnumerable<string> NamedIn(HttpRequest request)
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
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string? FaultOf(string key) =>
        key.Length is < LeastLength or > MostLength
            ? $"a key has {key.Length} characters; it takes {LeastLength} to {MostLength}"
        : key.All(c => c is > ' ' and <= '~') ? null
        : "a key has a space, a control character or one beyond ASCII; it takes visible ASCII characters";
}
