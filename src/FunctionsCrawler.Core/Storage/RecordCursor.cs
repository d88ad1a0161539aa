using System.Globalization;

namespace FunctionsCrawler.Storage;

/// <summary>The place of a record in its crawl: after it, reading goes on. To clients it is an opaque text.</summary>
/// <param name="Wave">The wave.</param>
/// <param name="Chunk">The chunk of that wave.</param>
/// <param name="Line">The record of that chunk, from 0; -1 is before the first.</param>
public readonly record struct RecordCursor(int Wave, int Chunk, int Line)
{
    /// <summary>Before the first record of a crawl.</summary>
    public static RecordCursor Start => new(0, 0, -1);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out RecordCursor cursor)
    {
        ArgumentNullException.ThrowIfNull(text);
        cursor = Start;
        var parts = text.Split('.');
        if (
            parts.Length != 3
            || !TryRead(parts[0], out var wave)
            || !TryRead(parts[1], out var chunk)
            || !TryRead(parts[2], out var line)
        )
            return false;
        cursor = new RecordCursor(wave, chunk, line);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Wave}.{Chunk}.{Line}");

    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
