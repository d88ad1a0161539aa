using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction.Schema;

/// <summary>Transforms the text of a field and converts it to its type.</summary>
internal static class FieldValue
{
    /// <summary>Applies transforms, in order.</summary>
    public static string Transform(string text, IReadOnlyList<FieldTransform> transforms)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        return transforms.Aggregate(
            text,
            (value, transform) =>
                transform switch
                {
                    FieldTransform.Trim => value.Trim(),
                    FieldTransform.Collapse => PlainText.Collapse(value),
                    FieldTransform.Lower => value.ToLowerInvariant(),
                    FieldTransform.Upper => value.ToUpperInvariant(),
                    FieldTransform.Number => NumberText.Find(value) ?? "",
                    FieldTransform.Digits => string.Concat(value.Where(char.IsAsciiDigit)),
                    FieldTransform.StripTags => StripTags(value),
                    _ => throw new ArgumentOutOfRangeException(nameof(transforms), transform, "unknown transform"),
                }
        );
    }

    /// <summary>Writes a text as a type.</summary>
    /// <returns>False, and nothing is written, if the text is not of the type.</returns>
    public static bool TryWrite(Utf8JsonWriter json, string text, FieldValueType type, UrlResolver urls)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(urls);
        switch (type)
        {
            case FieldValueType.Number
                when NumberText.Find(text) is { } found && NumberText.TryParse(found, out var number):
                json.WriteNumberValue(number);
                return true;
            case FieldValueType.Boolean when BooleanOf(text) is { } truth:
                json.WriteBooleanValue(truth);
                return true;
            case FieldValueType.Url when text.Length > 0 && urls.Resolve(text) is { } url:
                json.WriteStringValue(url.AbsoluteUri);
                return true;
            case FieldValueType.Date when DateText.ToIso(text) is { } date:
                json.WriteStringValue(date);
                return true;
            case FieldValueType.String:
                json.WriteStringValue(text);
                return true;
            default:
                return false;
        }
    }

    private static bool? BooleanOf(string text) =>
        text.Trim().ToLowerInvariant() switch
        {
            // The value of an attribute that is merely present, such as "disabled".
            "" or "true" or "yes" or "on" or "1" => true,
            "false" or "no" or "off" or "0" => false,
            _ => null,
        };

    private static string StripTags(string html)
    {
        var text = new StringBuilder(html.Length);
        var position = 0;
        while (position < html.Length)
        {
            var open = html.IndexOf('<', position);
            var close = open < 0 ? -1 : html.IndexOf('>', open);
            if (close < 0)
                break;
            text.Append(html, position, open - position);
            position = close + 1;
        }
        return WebUtility.HtmlDecode(text.Append(html, position, html.Length - position).ToString());
    }
}

/// <summary>Finds and parses numbers as pages write them.</summary>
internal static class NumberText
{
    private const int MaxLength = 64;

    /// <summary>The first number in a text, with its separators: "-1,234.50". Null if there is none.</summary>
    public static string? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0)
            return null;
        var end = start;
        while (end < text.Length && end - start < MaxLength && IsPart(text, end))
            end++;
        if (start > 0 && text[start - 1] is '.' && (start == 1 || !char.IsLetterOrDigit(text[start - 2])))
            start--;
        var isNegative =
            start > 0 && text[start - 1] is '-' or '\u2212' && (start == 1 || !char.IsLetterOrDigit(text[start - 2]));
        return (isNegative ? "-" : "") + text[start..end];
    }

    /// <summary>Parses what <see cref="Find"/> found, whichever of "." and "," separates the decimals.</summary>
    public static bool TryParse(string text, out decimal number)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = string.Concat(text.Where(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-'));
        var (dot, comma) = (plain.LastIndexOf('.'), plain.LastIndexOf(','));
        // Of two kinds the last separates decimals. Several of a kind, or a comma before three digits, separate thousands.
        var isDecimal =
            dot >= 0 && comma >= 0 ? Math.Max(dot, comma)
            : dot >= 0 && plain.IndexOf('.') == dot ? dot
            : comma >= 0 && plain.IndexOf(',') == comma && plain.Length - comma - 1 != 3 ? comma
            : -1;
        var normal = string.Concat(
            plain.Select((c, i) => c is '.' or ',' ? (i == isDecimal ? "." : "") : c.ToString())
        );
        return decimal.TryParse(
            normal,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out number
        );
    }

    // Separators count only between digits; spaces and apostrophes only before three of them.
    private static bool IsPart(string text, int i)
    {
        if (char.IsAsciiDigit(text[i]))
            return true;
        if (i + 1 >= text.Length || !char.IsAsciiDigit(text[i + 1]))
            return false;
        return text[i] is '.' or ','
            || (
                text[i] is ' ' or '\u00a0' or '\u202f' or '\''
                && i + 3 < text.Length
                && char.IsAsciiDigit(text[i + 2])
                && char.IsAsciiDigit(text[i + 3])
                && (i + 4 >= text.Length || !char.IsAsciiDigit(text[i + 4]))
            );
    }
}
