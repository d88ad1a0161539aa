using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Tests.Commands;

/// <summary>docs/reference.md lists every option, request field, variable and exit code with its default.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference.md"));

    public static TheoryData<string> Commands =>
        ["crawl", .. CrawlProgram.CreateRoot().Subcommands.Select(c => "crawl " + c.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_Options_AreListedWithTheirDefaults(string name)
    {
        var root = CrawlProgram.CreateRoot();
        Command command = name == "crawl" ? root : root.Subcommands.Single(c => "crawl " + c.Name == name);
        // Options that a command shares with crawl are listed only there.
        string[][] rows = [.. Rows(Section("### " + name)), .. Rows(Section("### crawl"))];

        Assert.All(
            command.Options,
            option =>
            {
                var syntax = $"`{OptionText.Syntax(option).Replace("|", "\\|", StringComparison.Ordinal)}`";
                var standard = (OptionText.DefaultOf(option) ?? "").Replace("<", "\\<").Replace(">", "\\>");
                Assert.True(
                    rows.Any(r => r[0] == syntax && r[1] == standard),
                    $"'### {name}' has no row | {syntax} | {standard} |"
                );
            }
        );
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Section_ListedOptions_Exist(string name)
    {
        var root = CrawlProgram.CreateRoot();
        Command command = name == "crawl" ? root : root.Subcommands.Single(c => "crawl " + c.Name == name);
        var known = command.Options.Select(o =>
            $"`{OptionText.Syntax(o).Replace("|", "\\|", StringComparison.Ordinal)}`"
        );

        Assert.Empty(Rows(Section("### " + name)).Select(r => r[0]).Except(known, StringComparer.Ordinal));
    }

    [Fact]
    public void Request_Fields_AreListedWithTheirDefaultsAndRanges()
    {
        var fields = Fields(new CrawlRequest(), "").ToList();
        var rows = Rows(Section("### Crawl request")).ToDictionary(r => r[0].Trim('`'), StringComparer.Ordinal);

        Assert.Equal(fields.Select(f => f.Name).Order(), rows.Keys.Order());
        Assert.All(fields, field => Assert.Equal(field.Default, rows[field.Name][1]));
        Assert.All(fields.Where(f => f.IsNumber), field => AssertRange(field.Name, rows[field.Name][2]));
    }

    [Fact]
    public void PageRequest_Fields_AreListedWithTheirDefaultsAndFormats()
    {
        var fields = Fields(new PageRequest(), "").ToList();
        var rows = Rows(Section("### Page request")).ToDictionary(r => r[0].Trim('`'), StringComparer.Ordinal);

        Assert.Equal(fields.Select(f => f.Name).Order(), rows.Keys.Order());
        Assert.All(fields, field => Assert.Equal(field.Default, rows[field.Name][1]));
        Assert.All(
            Enum.GetNames<PageFormat>().Select(JsonNamingPolicy.CamelCase.ConvertName),
            format => Assert.Matches($@"\b{format}\b", string.Join(' ', rows["extract.formats"]))
        );
    }

    [Fact]
    public void MapRequest_Fields_AreListedWithTheirDefaults()
    {
        var fields = Fields(new MapRequest(), "").ToList();
        var rows = Rows(Section("### Map request")).ToDictionary(r => r[0].Trim('`'), StringComparer.Ordinal);

        Assert.Equal(fields.Select(f => f.Name).Order(), rows.Keys.Order());
        Assert.All(fields, field => Assert.Equal(field.Default, rows[field.Name][1]));
    }

    [Fact]
    public void Variables_InTheSources_AreListed()
    {
        var used = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => Variable().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal);

        Assert.Equal(
            used.Order(StringComparer.Ordinal),
            Rows(Section("### Environment variables")).Select(r => r[0].Trim('`')).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void ExitCodes_OfTheProgram_AreListed()
    {
        var codes = typeof(ExitCode)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => $"{f.GetValue(null)}");

        Assert.Equal(codes.Order(), Rows(Section("### Exit codes")).Select(r => r[0]).Order());
    }

    private static IEnumerable<(string Name, string Default, bool IsNumber)> Fields(object value, string prefix)
    {
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var standard = property.GetValue(value);
            if (standard?.GetType().Namespace == typeof(CrawlRequest).Namespace && property.PropertyType.IsClass)
            {
                foreach (var field in Fields(standard!, name + "."))
                    yield return field;
                continue;
            }
            var json = JsonSerializer.Serialize(standard, property.PropertyType, CrawlJson.Default.Options).Trim('"');
            yield return (
                name,
                json,
                (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(int)
            );
        }
    }

    private static void AssertRange(string field, string allowed)
    {
        var ends = allowed.Replace(",", "", StringComparison.Ordinal).Split(" to ");
        var (least, most) = (int.Parse(ends[0]), int.Parse(ends[1]));
        Assert.True(IsAllowed(field, least) && IsAllowed(field, most), $"{field} does not allow {allowed}");
        Assert.False(IsAllowed(field, least - 1) || IsAllowed(field, most + 1), $"{field} allows more than {allowed}");
    }

    private static bool IsAllowed(string field, int value)
    {
        var path = field.Split('.');
        var json = path.Reverse().Aggregate($"{value}", (inner, name) => $"{{\"{name}\":{inner}}}");
        var request = JsonSerializer.Deserialize(json, CrawlJson.Default.CrawlRequest)!;
        return CrawlRequestValidator.Validate(request).All(f => f.Field != field);
    }

    /// <summary>The text below a heading, up to the next heading of any level.</summary>
    private static string Section(string heading)
    {
        var start = Text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/reference.md has no '{heading}'.");
        start += heading.Length + 2;
        var end = Text.IndexOf("\n#", start, StringComparison.Ordinal);
        return end < 0 ? Text[start..] : Text[start..end];
    }

    private static IEnumerable<string[]> Rows(string section) =>
        section
            .Split('\n')
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Select(l => Bar().Split(l).Skip(1).Select(c => c.Trim()).ToArray())
            .Where(r => r[0] is not ("option" or "field" or "variable" or "code"));

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bar();

    [GeneratedRegex("\"(?<name>CRAWL_[A-Z_]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
