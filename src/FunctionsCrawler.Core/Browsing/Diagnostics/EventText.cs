using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Reads texts of protocol events that a page chooses. They may contain anything: half of a surrogate pair, which JSON can hold
/// but .NET refuses to read, and characters that control terminals or the direction of text.
/// </summary>
internal static class EventText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Reads a string, whatever is in it; "" for anything else.</summary>
    public static string Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return "";
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return Unescape(element.GetRawText().AsSpan()[1..^1]);
        }
    }

    /// <summary>Reads a string property; null if there is none.</summary>
    public static string? Read(JsonElement element, string name) =>
        element.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.String
            ? Read(property)
            : null;

    /// <summary>Replaces the characters that must not reach a terminal. Tabs and line feeds stay.</summary>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var i = 0;
        while (i < text.Length && IsHarmless(text, i))
            i++;
        if (i == text.Length)
            return text;
        var clean = new StringBuilder(text, 0, i, text.Length);
        for (; i < text.Length; i++)
            clean.Append(IsHarmless(text, i) ? text[i] : Replacement);
        return clean.ToString();
    }

    /// <summary>Cuts a text off, not within a surrogate pair.</summary>
    public static string Cut(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1)] + "…";
    }

    private static bool IsHarmless(string text, int i) =>
        text[i] switch
        {
            '\n' or '\t' => true,
            // Marks, embeddings, overrides and isolates of direction.
            '\u200E' or '\u200F' or '\u061C' or >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' => false,
            var c when char.IsHighSurrogate(c) => i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]),
            var c when char.IsLowSurrogate(c) => i > 0 && char.IsHighSurrogate(text[i - 1]),
            var c => !char.IsControl(c),
        };

    private static string Unescape(ReadOnlySpan<char> json)
    {
        var text = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\' || i + 1 == json.Length)
            {
                text.Append(json[i]);
                continue;
            }
            i++;
            if (
                json[i] == 'u'
                && i + 4 < json.Length
                && ushort.TryParse(
                    json.Slice(i + 1, 4),
                    NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture,
                    out var code
                )
            )
            {
                text.Append((char)code);
                i += 4;
            }
            else
                text.Append(
                    json[i] switch
                    {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' or 'f' => ' ',
                        var c => c,
                    }
                );
        }
        return text.ToString();
    }
}
