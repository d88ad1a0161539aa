using System.CommandLine;

namespace FunctionsCrawler.Cli.Shell;

/// <summary>The parts of a command's help page.</summary>
internal interface IHelpTopic
{
    IReadOnlyList<string> Usage { get; }

    /// <summary>The options in groups. Options that are in no group come last.</summary>
    IReadOnlyList<OptionGroup> Groups { get; }

    /// <summary>One or two examples.</summary>
    IReadOnlyList<Example> Examples { get; }

    /// <summary>Paragraphs below the examples.</summary>
    IReadOnlyList<string> Notes => [];
}

/// <summary>Options under one heading.</summary>
internal sealed record OptionGroup(string Title, params IReadOnlyList<Option> Options);

/// <summary>A command line and what it does.</summary>
internal sealed record Example(string Line, string Meaning);
