using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FunctionsCrawler.Browsing;

/// <summary>Writes the arguments of a console call as one text, as the console of a browser does.</summary>
/// <param name="secrets">Hides what is private in the request.</param>
internal sealed class ConsoleText(SecretMask secrets)
{
    // Chromium abbreviates longer texts within objects, in their middle.
    private const int PreviewLength = 90;

    private bool _isCut;

    /// <summary>Reads the text of a call's arguments.</summary>
    public string Of(JsonElement arguments)
    {
        List<JsonElement> values = [.. arguments.EnumerateArray()];
        var text = new StringBuilder();
        var next = 0;
        if (values is [{ } first, _, ..] && IsString(first))
        {
            next = 1;
            Format(text, EventText.Read(first, "value")!, values, ref next);
        }
        for (; next < values.Count; next++)
        {
            if (next > 0)
                text.Append(' ');
            text.Append(ValueOf(values[next]));
        }
        return Of(text.ToString());
    }

    /// <summary>Prepares any other text.</summary>
    public string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isCut = _isCut || text.Length > ConsoleLimiter.MaxTextLength;
        if (text.Length > ConsoleLimiter.MaxTextLength)
            text = text[..ConsoleLimiter.MaxTextLength];
        _isCut = false;
        return EventText.Cut(EventText.Clean(secrets.Apply(text, isCut)), ConsoleRecorder.MaxTextLength);
    }

    // %s, %d, %i, %f, %o, %O take the next argument; %c takes a style, which is not shown.
    private void Format(StringBuilder text, string format, List<JsonElement> values, ref int next)
    {
        for (var i = 0; i < format.Length; i++)
        {
            var kind = i + 1 < format.Length && format[i] == '%' ? format[i + 1] : '\0';
            if (kind == '%')
                text.Append(format[i++]);
            else if (kind is 's' or 'd' or 'i' or 'f' or 'o' or 'O' or 'c' && next < values.Count)
            {
                i++;
                var value = ValueOf(values[next++]);
                if (kind != 'c')
                    text.Append(value);
            }
            else
                text.Append(format[i]);
        }
        _isCut |= format.Length >= ConsoleLimiter.MaxTextLength;
    }

    private string ValueOf(JsonElement value)
    {
        if (IsString(value))
        {
            var text = EventText.Read(value, "value")!;
            // Its end may be the beginning of a private value, wherever it is in the message.
            return text.Length >= ConsoleLimiter.MaxTextLength ? secrets.Apply(text, isCut: true) : text;
        }
        if (value.TryGetProperty("preview", out var preview))
            return Preview(preview);
        if (EventText.Read(value, "unserializableValue") is { } number)
            return number;
        if (value.TryGetProperty("value", out var simple))
            return simple.ValueKind == JsonValueKind.Null ? "null" : simple.ToString().ToLowerInvariant();
        return EventText.Read(value, "description") ?? EventText.Read(value, "type") ?? "";
    }

    private string Preview(JsonElement preview)
    {
        var isArray = EventText.Read(preview, "subtype") is "array" or "typedarray";
        List<string> parts =
        [
            .. preview
                .GetProperty("properties")
                .EnumerateArray()
                .Select(property => (isArray ? "" : EventText.Read(property, "name") + ": ") + PropertyOf(property)),
        ];
        if (preview.TryGetProperty("overflow", out var overflow) && overflow.ValueKind == JsonValueKind.True)
            parts.Add("…");
        if (parts.Count == 0)
            return EventText.Read(preview, "description") ?? "";
        var all = string.Join(", ", parts);
        var name =
            EventText.Read(preview, "description") is { } description && description is not "Object" && !isArray
                ? description + " "
                : "";
        return isArray ? $"[{all}]" : $"{name}{{{all}}}";
    }

    private string PropertyOf(JsonElement property)
    {
        var value = EventText.Read(property, "value") ?? "";
        var isText = EventText.Read(property, "type") is "string";
        // Both halves of an abbreviated text may belong to a private value.
        if (value.Contains('…', StringComparison.Ordinal) && secrets.LongestLength > 0)
            value = value.Length < PreviewLength ? value : "…";
        return isText ? $"'{value}'" : value;
    }

    private static bool IsString(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty("value", out var text)
        && text.ValueKind == JsonValueKind.String;
}
