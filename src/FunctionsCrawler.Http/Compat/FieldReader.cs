using System.Text.Json;

namespace FunctionsCrawler.Http.Compat;

/// <summary>
/// Reads the fields of a JSON object. A null counts as absent. Wrong types and values are faults; fields that nobody reads are
/// unknown.
/// </summary>
/// <param name="body">A JSON object.</param>
/// <param name="path">The path of the object, ending with a dot; empty for the body.</param>
/// <param name="findings">Receives faults and unknown fields.</param>
internal sealed class FieldReader(JsonElement body, string path, RequestFindings findings)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The path of a field in the request.</summary>
    public string PathOf(string name) => path + name;

    /// <summary>Returns the value of a field; null if it is absent.</summary>
    public JsonElement? Value(string name)
    {
        _known.Add(name);
        return body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Reads true or false.</summary>
    public bool Flag(string name, bool standard)
    {
        var value = Value(name);
        if (value is null)
            return standard;
        if (value is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag)
            return flag.GetBoolean();
        findings.Refuse(PathOf(name), $"It is {Shown(value.Value)}; true or false is allowed.");
        return standard;
    }

    /// <summary>Reads a number; null if it is absent or has a fault.</summary>
    public double? Number(string name, double least, double most)
    {
        var value = Value(name);
        if (value is null)
            return null;
        if (
            value is { ValueKind: JsonValueKind.Number } number
            && number.TryGetDouble(out var read)
            && read >= least
            && read <= most
        )
            return read;
        findings.Refuse(PathOf(name), $"It is {Shown(value.Value)}; a number from {least} to {most} is allowed.");
        return null;
    }

    /// <summary>Reads a whole number; null if it is absent or has a fault.</summary>
    public int? Integer(string name, int least, int most)
    {
        if (Number(name, least, most) is not { } number)
            return null;
        if (number == Math.Floor(number))
            return (int)number;
        findings.Refuse(PathOf(name), $"It is {number}; a whole number is allowed.");
        return null;
    }

    /// <summary>Reads a text; null if it is absent or has a fault.</summary>
    public string? Text(string name)
    {
        var value = Value(name);
        if (value is null)
            return null;
        if (value is { ValueKind: JsonValueKind.String } text)
            return text.GetString();
        findings.Refuse(PathOf(name), $"It is {Shown(value.Value)}; a text is allowed.");
        return null;
    }

    /// <summary>Reads one of several texts; null if it is absent or has a fault.</summary>
    public string? Choice(string name, params string[] allowed)
    {
        var text = Text(name);
        if (text is null || allowed.Contains(text, StringComparer.Ordinal))
            return text;
        findings.Refuse(PathOf(name), $"It is '{text}'; {string.Join(", ", allowed)} are allowed.");
        return null;
    }

    /// <summary>Reads a list of texts; empty if it is absent.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        [
            .. Items(name)
                .Where(
                    (item, i) =>
                    {
                        var isText = item.ValueKind == JsonValueKind.String;
                        if (!isText)
                            findings.Refuse($"{PathOf(name)}[{i}]", $"It is {Shown(item)}; a text is allowed.");
                        return isText;
                    }
                )
                .Select(item => item.GetString()!),
        ];

    /// <summary>Reads a list; empty if it is absent.</summary>
    public IReadOnlyList<JsonElement> Items(string name)
    {
        var value = Value(name);
        if (value is null)
            return [];
        if (value is { ValueKind: JsonValueKind.Array } list)
            return [.. list.EnumerateArray()];
        findings.Refuse(PathOf(name), $"It is {Shown(value.Value)}; a list is allowed.");
        return [];
    }

    /// <summary>Reads an object; null if it is absent or has a fault.</summary>
    public FieldReader? Object(string name)
    {
        var value = Value(name);
        if (value is null)
            return null;
        if (value is { ValueKind: JsonValueKind.Object } inner)
            return new FieldReader(inner, PathOf(name) + ".", findings);
        findings.Refuse(PathOf(name), $"It is {Shown(value.Value)}; an object is allowed.");
        return null;
    }

    /// <summary>The names and values of the fields of this object, for objects with names of the client's choice.</summary>
    public IEnumerable<JsonProperty> All() => body.EnumerateObject();

    /// <summary>Ignores fields without telling the client.</summary>
    public void Skip(params IEnumerable<string> names) => _known.UnionWith(names);

    /// <summary>Reports the fields that nobody has read.</summary>
    public void ReportUnknown()
    {
        foreach (var field in body.EnumerateObject().Where(field => !_known.Contains(field.Name)))
            findings.Ignore(PathOf(field.Name));
    }

    /// <summary>A value for a message: short, and never a whole document.</summary>
    public static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
