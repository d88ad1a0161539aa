using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FunctionsCrawler.Cli.Shell;

/// <summary>The help of a command: usage, options in groups with their defaults, commands, examples.</summary>
internal static class HelpPage
{
    private const int Widest = 110;
    private const int Narrowest = 60;
    private const int FirstColumn = 28;
    private const char NoBreak = '\u00a0';

    /// <summary>Replaces the parser's own help for <c>-h</c> and <c>--help</c> of every command.</summary>
    public static void Install(RootCommand root)
    {
        foreach (var old in root.Options.OfType<HelpOption>().ToList())
            root.Options.Remove(old);
        root.Options.Add(new HelpOption("--help", "-h", "-?") { Description = "Shows help.", Action = new ShowHelp() });
    }

    /// <summary>The line width of help, in columns: that of the terminal, 60 to 110.</summary>
    public static int Width =>
        Console.IsOutputRedirected || Console.WindowWidth == 0
            ? Widest
            : Math.Clamp(Console.WindowWidth - 1, Narrowest, Widest);

    /// <summary>Writes the help of a command.</summary>
    public static void Write(Command command, TextWriter output, int width)
    {
        var topic = (IHelpTopic)command;
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine("Usage:");
        foreach (var line in topic.Usage)
            output.WriteLine($"  {line}");
        foreach (var group in GroupsOf(command, topic))
            WriteRows(output, width, group.Title, group.Options.Select(o => (OptionText.Syntax(o), Describe(o))));
        if (command.Subcommands.Count > 0)
            WriteRows(output, width, "Commands", command.Subcommands.Select(c => (c.Name, c.Description ?? "")));
        if (topic.Examples.Count > 0)
            WriteRows(output, width, "Examples", topic.Examples.Select(e => (e.Line, e.Meaning)));
        foreach (var note in topic.Notes)
        {
            output.WriteLine();
            foreach (var line in Wrap(note, width))
                output.WriteLine(line);
        }
    }

    private static IEnumerable<OptionGroup> GroupsOf(Command command, IHelpTopic topic)
    {
        foreach (var group in topic.Groups)
            yield return group;
        var grouped = topic.Groups.SelectMany(g => g.Options).ToHashSet();
        var help = command.Parents.OfType<RootCommand>().SelectMany(p => p.Options).OfType<HelpOption>();
        Option[] rest = [.. command.Options.Where(o => !grouped.Contains(o) && !o.Hidden), .. help];
        yield return new OptionGroup(topic.Groups.Count > 0 ? "Help" : "Options", rest);
    }

    private static string Describe(Option option) =>
        OptionText.DefaultOf(option) is { } standard
            ? $"{option.Description} [default:{NoBreak}{standard.Replace(' ', NoBreak)}]"
            : option.Description ?? "";

    private static void WriteRows(
        TextWriter output,
        int width,
        string title,
        IEnumerable<(string Left, string Right)> rows
    )
    {
        output.WriteLine();
        output.WriteLine($"{title}:");
        foreach (var (left, right) in rows)
        {
            var lines = Wrap(right, width - FirstColumn).ToList();
            // A name that does not fit into the first column gets its own line.
            var fits = left.Length + 4 <= FirstColumn;
            output.WriteLine(fits ? $"  {left}".PadRight(FirstColumn) + lines.FirstOrDefault() : $"  {left}");
            foreach (var line in lines.Skip(fits ? 1 : 0))
                output.WriteLine(new string(' ', FirstColumn) + line);
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.Replace(NoBreak, ' ');
                line = "";
            }
            line = line.Length > 0 ? $"{line} {word}" : word;
        }
        if (line.Length > 0)
            yield return line.Replace(NoBreak, ' ');
    }

    private sealed class ShowHelp : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Write(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output, Width);
            return ExitCode.Done;
        }
    }
}
