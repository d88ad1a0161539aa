using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// Serialises the payloads of orchestrations and activities. Only Core defines their JSON, so it does not depend on the
/// serialiser of the engine that transports them.
/// </summary>
internal static class PayloadJson
{
    /// <summary>
    /// The newest version of all payloads, in the property "v"; a payload without it has version 1. The version is shared by
    /// all payloads, because one history contains all of them.
    /// </summary>
    private const int NewestVersion = 1;

    /// <summary>Serialises a payload.</summary>
    public static JsonElement Write<T>(T value) => JsonSerializer.SerializeToElement(value, TypeInfo<T>());

    /// <summary>Deserialises a payload.</summary>
    /// <exception cref="JsonException">The value is not a valid <typeparamref name="T"/>.</exception>
    /// <exception cref="InvalidDataException">The version is newer than this program supports.</exception>
    public static T Read<T>(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("v", out var version))
            FormatVersion.Check(version, NewestVersion, $"the payload {typeof(T).Name}");
        return value.Deserialize(TypeInfo<T>())!;
    }

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)PayloadJsonContext.Default.GetTypeInfo(typeof(T))!;
}
