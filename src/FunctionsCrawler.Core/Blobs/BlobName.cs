using System.Buffers;

namespace FunctionsCrawler.Blobs;

/// <summary>Validates blob names: segments of <c>[A-Za-z0-9._-]+</c> joined by '/', none of them "." or "..".</summary>
internal static class BlobName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    /// <summary>Whether <paramref name="segment"/> is allowed between two slashes of a name.</summary>
    public static bool IsSegment(ReadOnlySpan<char> segment) =>
        !segment.IsEmpty && !segment.ContainsAnyExcept(Allowed) && segment is not ("." or "..");

    /// <exception cref="ArgumentException"><paramref name="name"/> is not a valid blob name.</exception>
    public static void Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var range in name.AsSpan().Split('/'))
            if (!IsSegment(name.AsSpan(range)))
                throw new ArgumentException($"'{name}' is not a valid blob name.", nameof(name));
    }

    /// <summary>Validates the start of a blob name; its last segment may be incomplete or empty.</summary>
    /// <exception cref="ArgumentException">No valid name starts with <paramref name="prefix"/>.</exception>
    public static void ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var lastSlash = prefix.LastIndexOf('/');
        if (prefix.AsSpan(lastSlash + 1).ContainsAnyExcept(Allowed))
            throw new ArgumentException($"'{prefix}' is not a valid prefix of a blob name.", nameof(prefix));
        if (lastSlash < 0)
            return;
        foreach (var range in prefix.AsSpan(0, lastSlash).Split('/'))
            if (!IsSegment(prefix.AsSpan(range)))
                throw new ArgumentException($"'{prefix}' is not a valid prefix of a blob name.", nameof(prefix));
    }
}
