using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>
/// Cuts long texts, because the context of a model is small. A cursor names where the rest begins; the call is then made again,
/// since nothing of it is kept.
/// </summary>
internal static class BoundedText
{
    /// <summary>The most bytes of text in a result, in UTF-8.</summary>
    public const int MaxBytes = 100_000;

    // For the sentences about what was cut off.
    private const int Reserve = 600;

    // A cut in the middle of a line is moved to the end of an earlier line, if that is not far.
    private const int MaxLineLength = 2000;

    /// <summary>The bytes that are left for the text itself.</summary>
    public const int Budget = MaxBytes - Reserve;

    /// <summary>Returns the part of a text that begins at a cursor, with a cursor for the rest.</summary>
    public static CallToolResult Cut(string text, TextCursor? after)
    {
        ArgumentNullException.ThrowIfNull(text);
        var version = VersionOf(text);
        var start = Math.Min(after?.Offset ?? 0, text.Length);
        var end = EndOf(text, start, Budget);
        var part = text[start..end];
        if (after is not null && !string.Equals(after.Version, version, StringComparison.Ordinal))
            part = "[The text has changed since the call before. It continues at the same length.]\n" + part;
        if (end == text.Length)
            return ToolResult.Text(part);
        var next = new TextCursor(end, version).ToString();
        return ToolResult.Text(
            $"{part}\n\n[This is a part of the text: characters {Shown(start)} to {Shown(end)} of {Shown(text.Length)}. For the next part, "
                + $"make the same call with \"after\": \"{next}\".]",
            next
        );
    }

    /// <summary>Where a part that begins at a position has to end. It is beyond the start, and never within a character.</summary>
    public static int EndOf(string text, int start, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (end, bytes) = (start, 0);
        while (end < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(end), out var rune, out var length);
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes && end > start)
                break;
            end += length;
        }
        if (end == text.Length)
            return end;
        var line = text.LastIndexOf('\n', end - 1, Math.Min(end - start, MaxLineLength));
        return line > start ? line + 1 : end;
    }

    private static string VersionOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));

    private static string Shown(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>Where a text continues.</summary>
/// <param name="Offset">The number of characters before it.</param>
/// <param name="Version">Tells whether the text is still the same.</param>
internal sealed record TextCursor(int Offset, string Version)
{
    /// <summary>Reads the argument "after"; a fault is added to the arguments.</summary>
    public static TextCursor? Read(ToolArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Fields.Text("after") is not { } text)
            return null;
        if (
            text.Split('.') is [var offset, { Length: 8 } version]
            && int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
            return new TextCursor(number, version);
        arguments.Refuse("after", $"It is '{text}'; the cursor at the end of the part before is allowed.");
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset}.{Version}");
}
