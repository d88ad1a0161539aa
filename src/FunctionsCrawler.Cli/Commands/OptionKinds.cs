using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Kinds of options: each says its default and its range, and in an error the value and what is allowed.</summary>
internal static class OptionKinds
{
    public static Option<int> Number(string name, int standard, int least, int most, string description) =>
        new(name)
        {
            Description =
                $"{description} {least.ToString("N0", CultureInfo.InvariantCulture)} to {most.ToString("N0", CultureInfo.InvariantCulture)}.",
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                var text = Only(result);
                if (
                    int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
                    && n >= least
                    && n <= most
                )
                    return n;
                result.AddError($"{name} is '{text}'; it takes a whole number from {least} to {most}");
                return standard;
            },
        };

    public static Option<T> Choice<T>(string name, T standard, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        return new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                var text = Only(result);
                var at = Array.IndexOf(names, text);
                if (at >= 0)
                    return Enum.GetValues<T>()[at];
                result.AddError($"{name} is '{text}'; it takes one of {string.Join(", ", names)}");
                return standard;
            },
        };
    }

    public static Option<string[]> Many(string name, string helpName, string description) =>
        new(name)
        {
            Description = description + " May be repeated.",
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
        };

    public static string Only(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
}
