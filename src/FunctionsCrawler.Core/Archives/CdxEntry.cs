using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Archives;

/// <summary>An entry of an index of archives (CDXJ): where the response of a URL is.</summary>
internal sealed record CdxEntry
{
    /// <summary>The key and the time that begin the line, by which lines are sorted.</summary>
    [JsonIgnore]
    public string Key { get; init; } = "";

    /// <summary>The URL.</summary>
    public required string Url { get; init; }

    /// <summary>The media type of the response, or "unk".</summary>
    public required string Mime { get; init; }

    /// <summary>The status of the response.</summary>
    public required int Status { get; init; }

    /// <summary>The digest of the body.</summary>
    public required string Digest { get; init; }

    /// <summary>The size of the gzip member, in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Where the gzip member begins in its file.</summary>
    public required long Offset { get; init; }

    /// <summary>The name of the file; null if there is only one.</summary>
    public string? Filename { get; init; }

    /// <summary>The beginning of the line of a response.</summary>
    public static string KeyOf(string url, DateTimeOffset date) =>
        $"{ArchivedUrl.KeyOf(url)} {date.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}";

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is not a line of an index.</exception>
    public static CdxEntry Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var brace = line.IndexOf(" {", StringComparison.Ordinal);
        try
        {
            return brace > 0 && JsonSerializer.Deserialize(line.AsSpan(brace + 1), Json.CdxEntry) is { } entry
                ? entry with
                {
                    Key = line[..brace],
                }
                : throw new FormatException("The line of an index has no entry.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The line of an index is damaged: {e.Message}", e);
        }
    }

    /// <summary>The line, without a line feed.</summary>
    public string ToLine() => $"{Key} {JsonSerializer.Serialize(this, Json.CdxEntry)}";

    private static readonly CdxJson Json = new(
        new JsonSerializerOptions(CdxJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );
}

/// <summary>Numbers of indexes are written as strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString
)]
[JsonSerializable(typeof(CdxEntry))]
internal sealed partial class CdxJson : JsonSerializerContext;
