using System.Text;

namespace FunctionsCrawler.Network;

/// <summary>
/// What the Content-Type headers of a response say, read as browsers do (Fetch standard, "extract a MIME type"): the last valid
/// type counts, also of repeated headers and of several values in one.
/// </summary>
/// <param name="Essence">The type without parameters, in lower case; null if no value is valid.</param>
/// <param name="Charset">The charset parameter as sent; null if there is none.</param>
internal readonly record struct ContentType(string? Essence, string? Charset)
{
    /// <summary>Reads header values, joined by commas or line feeds; null if there is no header.</summary>
    public static ContentType Parse(string? header)
    {
        var result = default(ContentType);
        if (header is null)
            return result;
        foreach (var value in Split(header, ',', '\n'))
        {
            var parts = Split(value, ';');
            var essence = EssenceOf(parts[0]);
            var charset = parts.Skip(1).Select(CharsetOf).FirstOrDefault(name => name is not null);
            // A charset without a valid type is still the best information about the encoding.
            if (essence is null or "*/*")
                result = result with { Charset = result.Charset ?? charset };
            else
                result = new ContentType(
                    essence,
                    charset
                        ?? (
                            result.Essence is null || string.Equals(result.Essence, essence, StringComparison.Ordinal)
                                ? result.Charset
                                : null
                        )
                );
        }
        return result;
    }

    /// <summary>Whether the type is that of HTML or XHTML.</summary>
    public bool IsHtml => Essence is "text/html" or "application/xhtml+xml";

    private static string? EssenceOf(string value)
    {
        var essence = value.Trim().ToLowerInvariant();
        var slash = essence.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < essence.Length - 1 && essence.All(c => c is '/' || IsToken(c)) ? essence : null;
    }

    private static string? CharsetOf(string parameter)
    {
        var equals = parameter.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !parameter.AsSpan(0, equals).Trim().Equals("charset", StringComparison.OrdinalIgnoreCase))
            return null;
        var value = parameter.AsSpan(equals + 1).Trim().Trim('"').Trim('\'').Trim();
        return value.IsEmpty ? null : value.ToString();
    }

    private static bool IsToken(char c) =>
        char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);

    // Separators inside quotation marks belong to a value.
    private static List<string> Split(string text, char separator, char other = '\0')
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var isQuoted = false;
        foreach (var c in text)
        {
            isQuoted ^= c == '"';
            if (!isQuoted && (c == separator || (c == other && other != '\0')))
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
                part.Append(c);
        }
        parts.Add(part.ToString());
        return parts;
    }
}
