using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FunctionsCrawler.Cli.Shell;

/// <summary>Creates options whose help states the range and whose errors name the value and what is allowed.</summary>
internal static class OptionKinds
{
    /// <summary>A whole number with a default.</summary>
    public static Option<int> Number(string name, int standard, int least, int most, string description) =>
        new(name)
        {
            Description = Ranged(description, least, most),
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            CustomParser = result => ReadNumber(name, result, least, most) ?? standard,
        };

    /// <summary>A whole number without a default.</summary>
    public static Option<int?> OptionalNumber(string name, int least, int most, string description) =>
        new(name)
        {
            Description = Ranged(description, least, most),
            HelpName = "N",
            CustomParser = result => ReadNumber(name, result, least, most),
        };

    /// <summary>One of the names of an enum, in any case.</summary>
    public static Option<T> Choice<T>(string name, T standard, string description)
        where T : struct, Enum =>
        Named<T, Option<T>>(
            new Option<T>(name)
            {
                Description = description,
                DefaultValueFactory = _ => standard,
                CustomParser = result => ReadChoice<T>(name, result) ?? standard,
            }
        );

    /// <summary>One of the names of an enum, in any case; null if the option is not given.</summary>
    public static Option<T?> OptionalChoice<T>(string name, string description)
        where T : struct, Enum =>
        Named<T, Option<T?>>(
            new Option<T?>(name) { Description = description, CustomParser = result => ReadChoice<T>(name, result) }
        );

    /// <summary>A list of names of an enum, in any case, separated by commas.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="standard">The default.</param>
    /// <param name="description">The description in help.</param>
    public static Option<T[]> Choices<T>(string name, IReadOnlyList<T> standard, string description)
        where T : struct, Enum
    {
        var option = Choices(
            name,
            Enum.GetValues<T>(),
            description,
            string.Join(',', standard.Select(v => OptionText.Format(v)))
        );
        option.DefaultValueFactory = _ => [.. standard];
        return option;
    }

    /// <summary>A list of names of an enum, in any case, separated by commas. Without a value it is null.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="allowed">The values that can be given.</param>
    /// <param name="description">The description in help.</param>
    /// <param name="standard">The default as help shows it.</param>
    public static Option<T[]> Choices<T>(string name, IReadOnlyList<T> allowed, string description, string standard)
        where T : struct, Enum
    {
        var names = allowed.Select(v => OptionText.Format(v)).ToArray();
        var option = new DescribedOption<T[]>(name, standard)
        {
            Description = $"{description} One or more of {string.Join(", ", names)}, separated by commas.",
            HelpName = "LIST",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            CustomParser = result =>
            {
                List<T> values = [];
                foreach (var text in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries)))
                {
                    var at = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
                    if (at >= 0)
                        values.Add(allowed[at]);
                    else
                        result.AddError($"{name} has '{text}'; it must be one or more of {string.Join(", ", names)}");
                }
                return [.. values];
            },
        };
        Complete(option, names);
        return option;
    }

    /// <summary>A string.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="helpName">The placeholder of the value in help.</param>
    /// <param name="description">The description in help.</param>
    /// <param name="standard">The default as help shows it; null if there is none.</param>
    /// <param name="aliases">Short forms of the option.</param>
    public static Option<string?> Text(
        string name,
        string helpName,
        string description,
        string? standard = null,
        params string[] aliases
    ) => new DescribedOption<string?>(name, standard, aliases) { Description = description, HelpName = helpName };

    /// <summary>A list of strings; the option may be repeated.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="helpName">The placeholder of a value in help.</param>
    /// <param name="description">The description in help.</param>
    /// <param name="standard">The default as help shows it; null if there is none.</param>
    public static Option<string[]> Many(string name, string helpName, string description, string? standard = null) =>
        new DescribedOption<string[]>(name, standard)
        {
            Description = description + " May be repeated.",
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
        };

    /// <summary>Whether the command line contains an option.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false };

    /// <summary>The value of an option that takes a single one; empty if it is missing.</summary>
    public static string Only(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";

    private static int? ReadNumber(string name, ArgumentResult result, int least, int most)
    {
        var text = Only(result);
        if (
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
            && n >= least
            && n <= most
        )
            return n;
        result.AddError($"{name} is '{text}'; it must be a whole number from {least} to {most}");
        return null;
    }

    private static string[] NamesOf<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(v => OptionText.Format(v))];

    private static TOption Named<T, TOption>(TOption option)
        where T : struct, Enum
        where TOption : Option
    {
        option.HelpName = string.Join('|', NamesOf<T>());
        Complete(option, NamesOf<T>());
        return option;
    }

    // The completions of the enum type itself would be in Pascal case.
    private static void Complete(Option option, string[] names)
    {
        option.CompletionSources.Clear();
        option.CompletionSources.Add(names);
    }

    private static T? ReadChoice<T>(string name, ArgumentResult result)
        where T : struct, Enum
    {
        var text = Only(result);
        var names = NamesOf<T>();
        var at = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (at >= 0)
            return Enum.GetValues<T>()[at];
        result.AddError($"{name} is '{text}'; it must be one of {string.Join(", ", names)}");
        return null;
    }

    private static string Ranged(string description, int least, int most) =>
        string.Create(CultureInfo.InvariantCulture, $"{description} {least:N0} to {most:N0}.");
}

/// <summary>An option whose default is shown as a description instead of a value: "chosen by the server".</summary>
internal interface IDefaultText
{
    /// <summary>The default as help shows it; null if there is none.</summary>
    string? DefaultText { get; }
}

/// <inheritdoc cref="IDefaultText"/>
internal sealed class DescribedOption<T>(string name, string? standard, params string[] aliases)
    : Option<T>(name, aliases),
        IDefaultText
{
    /// <inheritdoc/>
    public string? DefaultText => standard;
}
