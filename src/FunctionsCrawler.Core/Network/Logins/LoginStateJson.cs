using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FunctionsCrawler.Network.Logins;

/// <summary>
/// The JSON of a storage state, as Playwright writes it. Faults name the element and never repeat a value, because any may be
/// secret.
/// </summary>
internal static class LoginStateJson
{
    private const int MaxCookies = 5000;
    private const int MaxOrigins = 1000;

    // Values are not put into HTML, and escapes would make the file larger.
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a state. What it does not know, IndexedDB for example, is left out.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out LoginState? state,
        [NotNullWhen(false)] out string? fault
    )
    {
        (state, fault) = (null, null);
        try
        {
            // A byte order mark is not JSON, but editors write it.
            using var document = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json);
            var root = document.RootElement;
            Require(root.ValueKind == JsonValueKind.Object, "it must be an object with cookies and origins");
            Require(
                root.TryGetProperty("cookies", out _) || root.TryGetProperty("origins", out _),
                "it has neither cookies nor origins"
            );
            state = new LoginState(
                [
                    .. List(root, "cookies", MaxCookies)
                        .SelectMany((cookie, i) => StateCookies.Read(cookie, $"cookies[{i}]")),
                ],
                [.. List(root, "origins", MaxOrigins).SelectMany((origin, i) => ReadOrigin(origin, $"origins[{i}]"))]
            );
            return true;
        }
        catch (JsonException e)
        {
            fault = $"it is not JSON; the error is in line {e.LineNumber + 1}, at byte {e.BytePositionInLine + 1}";
        }
        catch (FormatException e)
        {
            fault = e.Message;
        }
        return false;
    }

    /// <summary>Writes a state.</summary>
    public static ReadOnlyMemory<byte> Write(LoginState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Indented);
        writer.WriteStartObject();
        writer.WriteStartArray("cookies");
        foreach (var cookie in state.Cookies)
            StateCookies.Write(cookie, writer);
        writer.WriteEndArray();
        writer.WriteStartArray("origins");
        foreach (var origin in state.Origins)
            WriteOrigin(origin, writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Throws a fault unless a condition is true.</summary>
    /// <exception cref="FormatException">It is false.</exception>
    internal static void Require([DoesNotReturnIf(false)] bool condition, string fault)
    {
        if (!condition)
            throw new FormatException(fault);
    }

    /// <summary>The text of a property.</summary>
    /// <exception cref="FormatException">It is missing, or not a text.</exception>
    internal static string Text(JsonElement parent, string name, string at)
    {
        Require(parent.TryGetProperty(name, out var value), $"{at}.{name} is missing");
        Require(value.ValueKind == JsonValueKind.String, $"{at}.{name} must be a text");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"{at}.{name} has half of a surrogate pair", e);
        }
    }

    private static List<JsonElement> List(JsonElement parent, string name, int most, string at = "")
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        Require(list.ValueKind == JsonValueKind.Array, $"{at}{name} must be a list");
        Require(list.GetArrayLength() <= most, $"{at}{name} has more than {most} entries");
        return [.. list.EnumerateArray()];
    }

    private static OriginStorage[] ReadOrigin(JsonElement origin, string at)
    {
        Require(origin.ValueKind == JsonValueKind.Object, $"{at} must be an object");
        Require(
            Uri.TryCreate(Text(origin, "origin", at), UriKind.Absolute, out var url),
            $"{at}.origin must be an origin, such as https://example.com"
        );
        var items = List(origin, "localStorage", int.MaxValue, $"{at}.")
            .Select((item, i) => ReadItem(item, $"{at}.localStorage[{i}]"))
            .ToList();
        // Extensions of browsers have origins of their own, which no crawl visits.
        if (url.Scheme is not ("http" or "https") || items.Count == 0)
            return [];
        Require(
            url is { PathAndQuery: "/", Fragment: "", UserInfo: "" },
            $"{at}.origin must be an origin, without user, path and query"
        );
        return [new OriginStorage(url, items)];
    }

    private static KeyValuePair<string, string> ReadItem(JsonElement item, string at)
    {
        Require(item.ValueKind == JsonValueKind.Object, $"{at} must be an object");
        return KeyValuePair.Create(Text(item, "name", at), Text(item, "value", at));
    }

    private static void WriteOrigin(OriginStorage origin, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("origin", origin.Origin.GetLeftPart(UriPartial.Authority));
        writer.WriteStartArray("localStorage");
        foreach (var (name, value) in origin.Items)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
