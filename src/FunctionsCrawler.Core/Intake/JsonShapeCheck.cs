using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Intake;

/// <summary>
/// Compares JSON with the type it is to become, and collects every difference where a deserialiser would stop at the
/// first one, or take no notice.
/// </summary>
internal sealed class JsonShapeCheck(JsonSerializerOptions options)
{
    private const int MaxShown = 60;

    // A request of megabytes can have millions; nobody reads them.
    private const int MaxFaults = 1000;

    private readonly List<RequestFault> _faults = [];

    /// <summary>What was found; the first thousand.</summary>
    public IReadOnlyList<RequestFault> Faults => _faults;

    private bool IsFull => _faults.Count >= MaxFaults;

    /// <summary>Whether there is a fault in a field, or in one that it lies in or that lies in it.</summary>
    public bool HasFaultIn(string field) => _faults.Exists(f => Contains(f.Field, field) || Contains(field, f.Field));

    /// <summary>Reads a value as a type.</summary>
    /// <returns>The sound parts of it; null when it has another shape altogether.</returns>
    public JsonNode? Read(JsonElement value, JsonTypeInfo type) => Read(value, type, "");

    private JsonNode? Read(JsonElement value, JsonTypeInfo type, string field) =>
        type.Kind switch
        {
            JsonTypeInfoKind.Object => ReadObject(value, type, field),
            JsonTypeInfoKind.Enumerable => ReadList(value, options.GetTypeInfo(type.ElementType!), field),
            _ => ReadScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type, field),
        };

    private JsonObject? ReadObject(JsonElement value, JsonTypeInfo type, string field)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return Fault<JsonObject>(field, $"It is {Shown(value)}; it must be an object.");
        var sound = new JsonObject();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject().TakeWhile(_ => !IsFull))
        {
            var name = field.Length == 0 ? member.Name : $"{field}.{member.Name}";
            var property = type.Properties.FirstOrDefault(p =>
                string.Equals(p.Name, member.Name, StringComparison.Ordinal)
            );
            if (property is null)
                Fault<object>(
                    name,
                    $"There is no such field; there are {string.Join(", ", type.Properties.Select(p => p.Name))}."
                );
            else if (!seen.Add(member.Name))
                Fault<object>(name, "It is given more than once.");
            else if (member.Value.ValueKind == JsonValueKind.Null)
                ReadNull(name, property);
            else if (Read(member.Value, options.GetTypeInfo(property.PropertyType), name) is { } read)
                sound[member.Name] = read;
        }
        return sound;
    }

    // Null stands for the default only where it is one.
    private void ReadNull(string field, JsonPropertyInfo property)
    {
        if (Nullable.GetUnderlyingType(property.PropertyType) is null)
            Fault<object>(field, $"It is null; it must be {Described(property.PropertyType)}, or left out.");
    }

    private JsonArray? ReadList(JsonElement value, JsonTypeInfo element, string field)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return Fault<JsonArray>(field, $"It is {Shown(value)}; it must be a list.");
        // A faulty element keeps its place, so that those behind it keep theirs.
        return new JsonArray([
            .. value.EnumerateArray().TakeWhile(_ => !IsFull).Select((e, i) => Read(e, element, $"{field}[{i}]")),
        ]);
    }

    private JsonValue? ReadScalar(JsonElement value, Type type, string field)
    {
        var isSound =
            type == typeof(int) ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)
            : type == typeof(bool) ? value.ValueKind is JsonValueKind.True or JsonValueKind.False
            : value.ValueKind == JsonValueKind.String
                && (!type.IsEnum || NamesOf(type).Contains(value.GetString(), StringComparer.Ordinal));
        return isSound
            ? JsonValue.Create(value)
            : Fault<JsonValue>(field, $"It is {Shown(value)}; it must be {Described(type)}.");
    }

    private T? Fault<T>(string field, string message)
        where T : class
    {
        _faults.Add(new RequestFault(field, message));
        return null;
    }

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal)
        && (inner.Length == outer.Length || outer.Length == 0 || inner[outer.Length] is '.' or '[');

    private static string Described(Type type) =>
        type == typeof(int) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", NamesOf(type))}"
        : type == typeof(string) ? "a text"
        : type.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? "a list"
        : "an object";

    private static IEnumerable<string> NamesOf(Type type) =>
        Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName);

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= MaxShown ? text : text[..MaxShown] + "…";
    }
}
