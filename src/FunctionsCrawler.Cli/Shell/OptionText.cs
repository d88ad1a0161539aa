using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace FunctionsCrawler.Cli.Shell;

/// <summary>Formats options for help and for docs/reference.md.</summary>
internal static class OptionText
{
    /// <summary>An option with its short form and its value: "-o, --out DIR".</summary>
    public static string Syntax(Option option)
    {
        // "-?" works too, but help shows only -h.
        var names = string.Join(", ", option.Aliases.Where(a => a is not "-?").Append(option.Name));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }

    /// <summary>The default; null if there is none.</summary>
    public static string? DefaultOf(Option option) =>
        option is IDefaultText text ? text.DefaultText
        : option.HasDefaultValue && option.ValueType != typeof(bool) ? Format(option.GetDefaultValue())
        : null;

    /// <summary>A value in the spelling of the command line.</summary>
    public static string Format(object? value) =>
        value is Enum name
            ? JsonNamingPolicy.CamelCase.ConvertName(name.ToString())
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
