using System.Text.Json;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Checks the version ("v") of stored JSON before the JSON is bound to a type, because a newer version may have any shape.
/// JSON without "v" has version 1.
/// </summary>
internal static class FormatVersion
{
    /// <summary>Returns the value of "v"; null if it is missing or the JSON is not an object.</summary>
    /// <exception cref="JsonException">The text before the version is not valid JSON.</exception>
    public static JsonElement? Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = reader.ValueTextEquals("v"u8);
            reader.Read();
            if (isVersion)
                return JsonElement.ParseValue(ref reader);
            reader.Skip();
        }
        return null;
    }

    /// <summary>Checks that this program supports a version.</summary>
    /// <param name="version">The value of "v"; null if it is missing.</param>
    /// <param name="newest">The newest supported version. All versions from 1 up to it are supported.</param>
    /// <param name="what">The name of the blob or payload, for the message.</param>
    /// <exception cref="InvalidDataException">The version is newer than supported, or not a positive integer.</exception>
    public static void Check(JsonElement? version, int newest, string what)
    {
        if (
            version is not { } found
            || (found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out var v) && v >= 1 && v <= newest)
        )
            return;
        var known = newest == 1 ? "version 1" : $"versions 1 to {newest}";
        throw new InvalidDataException(
            $"{what} has version {found.GetRawText()}, but this program reads {known}; use the program version that wrote it, or a newer one"
        );
    }
}
