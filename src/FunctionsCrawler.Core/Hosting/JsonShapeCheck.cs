using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Compares JSON with the type it will be deserialised to, and collects every difference. A deserialiser would stop at the
/// first one, or ignore it.
/// </summary>
internal sealed class JsonShapeCheck(JsonSerializerOptions options)
{
    private const int MaxQuoted = 60;

    // A request of several megabytes can contain millions of faults.
    private const int MaxFaults = 1000;

    private readonly List<RequestFault> _faults = [];

    /// <summary>The faults found; at most 1,000.</summary>
    public IReadOnlyList<RequestFault> Faults => _faults;

    private bool IsFull => _faults.Count >= MaxFaults;

    /// <summary>Whether there is a fault in a field, in one of its parents or in one of its descendants.</summary>
    public bool HasFaultIn(string field) => _faults.Exists(f => Contains(f.Field, field) || Contains(field, f.Field));

    /// <summary>Reads a value as a type and collects the faults.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">The type it is read as.</param>
    /// <param name="field">The path of the value in the request.</param>
    /// <returns>The valid parts of the value; null if its JSON type is wrong.</returns>
    public JsonNode? Read(JsonElement value, JsonTypeInfo type, string field = "") =>
        type.Kind switch
        {
            // Any value.
            JsonTypeInfoKind.None when (Nullable.GetUnderlyingType(type.Type) ?? type.Type) == typeof(JsonElement) =>
                JsonNode.Parse(value.GetRawText()),
            JsonTypeInfoKind.None when type.Type == typeof(SecretText) => ReadSecret(value, field),
            JsonTypeInfoKind.Object => ReadObject(value, type, field),
            JsonTypeInfoKind.Dictionary => ReadDictionary(value, options.GetTypeInfo(type.ElementType!), field),
            JsonTypeInfoKind.Enumerable => ReadList(value, options.GetTypeInfo(type.ElementType!), field),
            _ => ReadScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type, field),
        };

    private JsonObject? ReadObject(JsonElement value, JsonTypeInfo type, string field)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return Fault<JsonObject>(field, $"It is {Quote(value, type.Type)}; it must be an object.");
        var valid = new JsonObject();
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
                    $"It is not a known field; the known fields are {string.Join(", ", type.Properties.Select(p => p.Name))}."
                );
            else if (!seen.Add(member.Name))
                Fault<object>(name, "It is given more than once.");
            else if (member.Value.ValueKind == JsonValueKind.Null)
                ReadNull(name, property);
            else if (Read(member.Value, options.GetTypeInfo(property.PropertyType), name) is { } read)
                valid[member.Name] = read;
        }
        return valid;
    }

    private JsonObject? ReadDictionary(JsonElement value, JsonTypeInfo element, string field)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return Fault<JsonObject>(field, $"It is {Quote(value, element.Type)}; it must be an object.");
        var valid = new JsonObject();
        foreach (var member in value.EnumerateObject().TakeWhile(_ => !IsFull))
        {
            if (valid.ContainsKey(member.Name))
                Fault<object>($"{field}.{member.Name}", "It is given more than once.");
            else
                valid[member.Name] = Read(member.Value, element, $"{field}.{member.Name}");
        }
        return valid;
    }

    // Null is allowed only for nullable properties.
    private void ReadNull(string field, JsonPropertyInfo property)
    {
        if (!property.IsSetNullable)
            Fault<object>(field, $"It is null; it must be {Describe(property.PropertyType)}, or left out.");
    }

    private JsonArray? ReadList(JsonElement value, JsonTypeInfo element, string field)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return Fault<JsonArray>(field, $"It is {Quote(value, element.Type)}; it must be a list.");
        var elements = value
            .EnumerateArray()
            .TakeWhile(_ => !IsFull)
            .Select((e, i) => Read(e, element, $"{field}[{i}]"));
        // An invalid element becomes null, so that those behind it keep their index; where null is not possible it is left out.
        return new JsonArray([.. element.Type.IsValueType ? elements.Where(e => e is not null) : elements]);
    }

    private JsonValue? ReadScalar(JsonElement value, Type type, string field)
    {
        var isValid =
            type == typeof(double) ? value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())
            : type == typeof(int) ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)
            : type == typeof(bool) ? value.ValueKind is JsonValueKind.True or JsonValueKind.False
            : value.ValueKind == JsonValueKind.String
                && (!type.IsEnum || NamesOf(type).Contains(value.GetString(), StringComparer.Ordinal));
        return isValid
            ? JsonValue.Create(value)
            : Fault<JsonValue>(field, $"It is {Quote(value)}; it must be {Describe(type)}.");
    }

    private JsonNode? ReadSecret(JsonElement value, string field) =>
        SecretText.TryParse(value, out _, out var fault)
            ? JsonNode.Parse(value.GetRawText())
            : Fault<JsonNode>(field, fault);

    private T? Fault<T>(string field, string message)
        where T : class
    {
        _faults.Add(new RequestFault(field, message));
        return null;
    }

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal)
        && (inner.Length == outer.Length || outer.Length == 0 || inner[outer.Length] is '.' or '[');

    private static string Describe(Type type) =>
        type == typeof(int) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", NamesOf(type))}"
        : type == typeof(string) ? "a text"
        : type.IsAssignableTo(typeof(System.Collections.IEnumerable)) ? "a list"
        : "an object";

    private static IEnumerable<string> NamesOf(Type type) =>
        Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName);

    // What was given in the place of something private is probably private itself.
    private static string Quote(JsonElement value, Type type) =>
        type == typeof(SecretText) || type == typeof(PageCookie) || type == typeof(BasicAuth)
            ? $"a JSON {value.ValueKind}"
            : Quote(value);

    private static string Quote(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
    }
}
