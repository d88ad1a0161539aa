namespace FunctionsCrawler.Contracts;

/// <summary>A key of the keyboard, with the values of the events that it causes (https://www.w3.org/TR/uievents-key/).</summary>
/// <param name="Key">The value of KeyboardEvent.key.</param>
/// <param name="Code">The value of KeyboardEvent.code.</param>
/// <param name="KeyCode">The virtual key code of Windows, which pages read from KeyboardEvent.keyCode.</param>
/// <param name="Text">The text that the key enters; null if none.</param>
internal sealed record PageKey(string Key, string Code, int KeyCode, string? Text = null)
{
    private static readonly PageKey[] Named =
    [
        new("Enter", "Enter", 13, "\r"),
        new("Tab", "Tab", 9),
        new("Escape", "Escape", 27),
        new("Space", "Space", 32, " "),
        new("Backspace", "Backspace", 8),
        new("Delete", "Delete", 46),
        new("ArrowUp", "ArrowUp", 38),
        new("ArrowDown", "ArrowDown", 40),
        new("ArrowLeft", "ArrowLeft", 37),
        new("ArrowRight", "ArrowRight", 39),
        new("Home", "Home", 36),
        new("End", "End", 35),
        new("PageUp", "PageUp", 33),
        new("PageDown", "PageDown", 34),
    ];

    /// <summary>The names of the keys that do not enter the character that names them.</summary>
    public static IEnumerable<string> Names => Named.Select(key => key.Key);

    /// <summary>Finds the key of a name, or of one character.</summary>
    public static bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PageKey? key)
    {
        ArgumentNullException.ThrowIfNull(name);
        key = Array.Find(Named, k => string.Equals(k.Key, name, StringComparison.OrdinalIgnoreCase));
        key =
            key is { Key: "Space" } ? key with { Key = " " }
            : key is null && name.EnumerateRunes().Count() == 1 && !char.IsControl(name[0])
                ? new PageKey(name, CodeOf(name[0]), KeyCodeOf(name[0]), name)
            : key;
        return key is not null;
    }

    private static string CodeOf(char character) =>
        char.IsAsciiLetter(character) ? $"Key{char.ToUpperInvariant(character)}"
        : char.IsAsciiDigit(character) ? $"Digit{character}"
        : "";

    private static int KeyCodeOf(char character) =>
        char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : 0;
}
