using System.Buffers;
using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Urls;

/// <summary>
/// Normalises percent-encoding (RFC 3986 sections 2.1, 2.3, 6.2.2). It must run before <see cref="Uri"/> parses the text:
/// if there is an invalid percent sign, Uri leaves the encoded characters around it as they are.
/// </summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> Unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    );

    /// <summary>
    /// Decodes unreserved characters, writes hexadecimal digits in upper case, and encodes percent signs that are not
    /// followed by two hexadecimal digits.
    /// </summary>
    public static string Normalize(string text)
    {
        var percent = text.IndexOf('%', StringComparison.Ordinal);
        if (percent < 0)
            return text;

        var builder = new StringBuilder(text.Length + 16).Append(text, 0, percent);
        for (var i = percent; i < text.Length; i++)
        {
            if (text[i] != '%')
                builder.Append(text[i]);
            else if (!TryReadByte(text.AsSpan(i + 1), out var value))
                builder.Append("%25");
            else
            {
                if (Unreserved.Contains((char)value))
                    builder.Append((char)value);
                else
                    builder.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
                i += 2;
            }
        }
        return builder.ToString();
    }

    private static bool TryReadByte(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length >= 2
            && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
