using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// Writes lane lengths with run-length encoding, as "12x40 11x9 3". As a JSON array the lengths of 500 lanes would exceed the
/// payload limit of 1 KB. Plans sort lanes by length, so there are few runs.
/// </summary>
internal sealed class LaneLengthsConverter : JsonConverter<IReadOnlyList<int>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => [.. (reader.GetString() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(ReadRun)];

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        var runs = new List<(int Length, int Lanes)>();
        foreach (var length in value)
        {
            if (runs.Count > 0 && runs[^1].Length == length)
                runs[^1] = (length, runs[^1].Lanes + 1);
            else
                runs.Add((length, 1));
        }
        writer.WriteStringValue(
            string.Join(' ', runs.Select(r => r.Lanes == 1 ? $"{r.Length}" : $"{r.Length}x{r.Lanes}"))
        );
    }

    private static IEnumerable<int> ReadRun(string run)
    {
        var parts = run.Split('x');
        if (
            parts.Length > 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || !int.TryParse(
                parts.ElementAtOrDefault(1) ?? "1",
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var lanes
            )
        )
            throw new JsonException($"'{run}' is not a valid run of lane lengths");
        return Enumerable.Repeat(length, lanes);
    }
}
