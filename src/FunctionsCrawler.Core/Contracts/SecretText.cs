using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>
/// A text that must not be shown: a password, a token. Either the text itself, in JSON a string, or the name of a secret of
/// the process that visits the page, in JSON <c>{"secret":"NAME"}</c>. That process reads the secret from the environment
/// variable <c>CRAWL_SECRET_NAME</c>, so that it is neither sent nor stored with the request.
/// </summary>
/// <remarks><see cref="ToString"/> never shows the text. JSON does, because a stored crawl needs it.</remarks>
[JsonConverter(typeof(SecretTextConverter))]
public sealed record SecretText
{
    private const int MaxNameLength = 64;
    private const string VariablePrefix = "CRAWL_SECRET_";

    private SecretText(string? literal, string? secretName) => (Literal, SecretName) = (literal, secretName);

    /// <summary>The name of the secret; null if the text itself was given.</summary>
    public string? SecretName { get; }

    /// <summary>The text itself; null if a secret was named.</summary>
    internal string? Literal { get; }

    /// <summary>A text that is given itself.</summary>
    /// <param name="text">The text.</param>
    public static SecretText FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SecretText(text, null);
    }

    /// <summary>A text that the visiting process reads from the environment variable <c>CRAWL_SECRET_</c><paramref name="name"/>.</summary>
    /// <param name="name">1 to 64 capital letters, digits and underscores.</param>
    /// <exception cref="ArgumentException">The name has other characters.</exception>
    public static SecretText FromSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsName(name) ? new SecretText(null, name) : throw new ArgumentException(NameFault(name), nameof(name));
    }

    /// <summary>A text that is given itself.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator SecretText(string text) => FromString(text);

    /// <summary>"***", or "secret:" and the name of the secret.</summary>
    public override string ToString() => SecretName is null ? "***" : $"secret:{SecretName}";

    /// <summary>Reads the text from the environment if a secret was named.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">One sentence that names the missing variable; null on success.</param>
    internal bool TryRead([NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? fault)
    {
        text = Literal ?? Environment.GetEnvironmentVariable(VariablePrefix + SecretName);
        fault = text is null
            ? $"The secret '{SecretName}' is not set; set the environment variable {VariablePrefix}{SecretName} of the process that visits the pages."
            : null;
        return fault is null;
    }

    /// <summary>Parses the JSON of a secret text.</summary>
    /// <param name="json">A string, or an object with the field "secret".</param>
    /// <param name="text">The text.</param>
    /// <param name="fault">One sentence without the value, which may be secret; null on success.</param>
    internal static bool TryParse(
        JsonElement json,
        [NotNullWhen(true)] out SecretText? text,
        [NotNullWhen(false)] out string? fault
    )
    {
        text = null;
        fault = null;
        if (json.ValueKind == JsonValueKind.String)
            text = FromString(json.GetString()!);
        else if (
            json.ValueKind != JsonValueKind.Object
            || json.GetPropertyCount() != 1
            || !json.TryGetProperty("secret", out var name)
            || name.ValueKind != JsonValueKind.String
        )
            fault = """It must be a text, or {"secret":"NAME"} for a secret of the visiting process.""";
        else if (IsName(name.GetString()!))
            text = FromSecret(name.GetString()!);
        else
            fault = NameFault(name.GetString()!);
        return text is not null;
    }

    /// <summary>Whether a text is a name of a secret: 1 to 64 capital letters, digits and underscores.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    // A text in the place of a name is probably the secret itself, so it is not shown.
    private static string NameFault(string name) =>
        $"The name of a secret has {name.Length} characters; 1 to {MaxNameLength} capital letters, digits and underscores are allowed.";
}

/// <summary>Writes a <see cref="SecretText"/> as a string, or as <c>{"secret":"NAME"}</c>.</summary>
public sealed class SecretTextConverter : JsonConverter<SecretText>
{
    /// <inheritdoc/>
    public override SecretText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SecretText.TryParse(JsonElement.ParseValue(ref reader), out var text, out var fault)
            ? text
            : throw new JsonException(fault);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SecretText value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        if (value.SecretName is null)
        {
            writer.WriteStringValue(value.Literal);
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("secret", value.SecretName);
        writer.WriteEndObject();
    }
}
