using System.Buffers;

namespace FunctionsCrawler.Storage;

/// <summary>What a blob may be called: segments of <c>[A-Za-z0-9._-]+</c> joined by '/', none of them "." or "..".</summary>
public static class BlobName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    /// <summary>Whether <paramref name="segment"/> may stand between two slashes of a name.</summary>
    public static bool IsSegment(ReadOnlySpan<char> segment) =>
        !segment.IsEmpty && !segment.ContainsAnyExcept(Allowed) && segment is not ("." or "..");

    /// <summary>Throws unless <paramref name="name"/> is a blob's name.</summary>
    public static void Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var range in name.AsSpan().Split('/'))
            if (!IsSegment(name.AsSpan(range)))
                throw new ArgumentException($"'{name}' is not the name of a blob.", nameof(name));
    }

    /// <summary>Throws unless a blob's name can begin with <paramref name="prefix"/>. The last segment may be cut short.</summary>
    public static void ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var lastSlash = prefix.LastIndexOf('/');
        if (prefix.AsSpan(lastSlash + 1).ContainsAnyExcept(Allowed))
            throw new ArgumentException($"No blob's name begins with '{prefix}'.", nameof(prefix));
        if (lastSlash < 0)
            return;
        foreach (var range in prefix.AsSpan(0, lastSlash).Split('/'))
            if (!IsSegment(prefix.AsSpan(range)))
                throw new ArgumentException($"No blob's name begins with '{prefix}'.", nameof(prefix));
    }
}
