using System.Globalization;

namespace FunctionsCrawler.Crawls;

/// <summary>The position of a record in its crawl. Reading continues after it. Opaque to clients.</summary>
/// <param name="Wave">The number of the wave.</param>
/// <param name="Chunk">The number of the chunk in the wave.</param>
/// <param name="Line">The index of the record in the chunk, from 0; -1 is before the first record.</param>
internal readonly record struct RecordCursor(int Wave, int Chunk, int Line)
{
    /// <summary>The position before the first record of a crawl.</summary>
    public static RecordCursor Start => new(0, 0, -1);

    /// <summary>Parses the output of <see cref="ToString"/>.</summary>
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
