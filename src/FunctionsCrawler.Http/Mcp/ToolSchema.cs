using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>Describes a tool and its arguments to clients (JSON Schema).</summary>
internal sealed class ToolSchema(string name, string title, string description)
{
    private readonly JsonObject _properties = [];
    private readonly JsonArray _required = [];

    /// <summary>Whether the tool only reads. Clients ask their user less often before they call such a tool.</summary>
    public bool IsReadOnly { get; init; } = true;

    /// <summary>Whether a repeated call has no further effect.</summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>Whether what the tool changes cannot be undone.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>Whether the tool reaches sites.</summary>
    public bool IsOpenWorld { get; init; } = true;

    /// <summary>Adds a text.</summary>
    public ToolSchema Text(string argument, string meaning, bool isRequired = false)
    {
        if (isRequired)
            _required.Add(argument);
        return Add(argument, "string", meaning);
    }

    /// <summary>Adds true or false.</summary>
    public ToolSchema Flag(string argument, bool standard, string meaning) =>
        Add(argument, "boolean", meaning, ("default", standard));

    /// <summary>Adds a whole number.</summary>
    public ToolSchema Number(string argument, int standard, int least, int most, string meaning) =>
        Add(argument, "integer", meaning, ("default", standard), ("minimum", least), ("maximum", most));

    /// <summary>Adds a list of texts.</summary>
    public ToolSchema Texts(string argument, string meaning, IEnumerable<string>? allowed = null)
    {
        var items = new JsonObject { ["type"] = "string" };
        if (allowed is not null)
            items["enum"] = new JsonArray([.. allowed.Select(value => JsonValue.Create(value))]);
        return Add(argument, "array", meaning, ("items", items));
    }

    /// <summary>The description for clients.</summary>
    public Tool ToTool() =>
        new()
        {
            Name = name,
            Title = title,
            Description = description,
            InputSchema = JsonElement.Parse(
                new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = _properties,
                    ["required"] = _required,
                    ["additionalProperties"] = false,
                }.ToJsonString()
            ),
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = IsReadOnly,
                IdempotentHint = IsIdempotent,
                DestructiveHint = IsDestructive,
                OpenWorldHint = IsOpenWorld,
            },
        };

    private ToolSchema Add(string argument, string type, string meaning, params (string Name, JsonNode Value)[] more)
    {
        var property = new JsonObject { ["type"] = type, ["description"] = meaning };
        foreach (var (field, value) in more)
            property[field] = value;
        _properties[argument] = property;
        return this;
    }
}
