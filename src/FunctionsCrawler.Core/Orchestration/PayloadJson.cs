using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// What passes between orchestrations and activities, as JSON that Core alone defines: an engine carries it, and whatever
/// serialiser that has changes nothing.
/// </summary>
public static class PayloadJson
{
    /// <summary>Writes a payload.</summary>
    public static JsonElement Write<T>(T value) => JsonSerializer.SerializeToElement(value, TypeInfo<T>());

    /// <summary>Reads a payload.</summary>
    /// <exception cref="JsonException">It is none of this type.</exception>
    public static T Read<T>(JsonElement value) => value.Deserialize(TypeInfo<T>())!;

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)CrawlJson.Default.GetTypeInfo(typeof(T))!;
}
