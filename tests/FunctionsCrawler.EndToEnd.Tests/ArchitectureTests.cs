using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Who may know whom: Functions and Cli → Http, Azure → Core. And what orchestration code may not touch.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Azure"] = ["Core"],
        ["Http"] = ["Core"],
        ["Functions"] = ["Core", "Azure", "Http"],
        ["Cli"] = ["Core", "Azure", "Http"],
    };

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(NameOf)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_OnlyWhatLiesBelowIt(string name)
    {
        var references = Items(name, "ProjectReference").Select(path => NameOf(Path.GetFileNameWithoutExtension(path)));

        Assert.Contains(name, Allowed.Keys);
        Assert.Empty(references.Except(Allowed[name]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_OfSrc_HasTests(string name)
    {
        var tests = Path.Combine(Root, "tests", $"FunctionsCrawler.{name}.Tests");

        Assert.True(Directory.Exists(tests), $"{tests} is missing.");
        Assert.Contains(
            Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("[Fact]", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Projects_OfSrcAndTests_AreInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "FunctionsCrawler.sln")).Replace('\\', '/');
        var projects = new[] { "src", "tests" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)
            )
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));

        Assert.All(projects, path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Projects_ButTheFunctionsApp_AreInTheLocalFilter()
    {
        var filter = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "FunctionsCrawler.Local.slnf")));
        var local = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray();

        Assert.Equal(
            Directory
                .EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.csproj", SearchOption.AllDirectories))
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
                .Where(path => !path.Contains("FunctionsCrawler.Functions", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            local.Select(p => p.GetString()!.Replace('\\', '/')).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Core_Packages_KnowNoHost()
    {
        var known = Items("Core", "PackageReference").Concat(Items("Core", "FrameworkReference"));

        Assert.DoesNotContain(
            known,
            name =>
                name.StartsWith("Microsoft.AspNetCore", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Azure.", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Microsoft.Azure.", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Microsoft.DurableTask", StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public void Orchestrations_InSource_MentionNothingThatCannotBeReplayed()
    {
        var files = Directory.GetFiles(
            Path.Combine(Root, "src", "FunctionsCrawler.Core", "Orchestration"),
            "*Orchestration.cs"
        );

        Assert.NotEmpty(files);
        Assert.All(
            files,
            file =>
                Assert.Empty(Unreplayable().Matches(Comment().Replace(File.ReadAllText(file), "")).Select(m => m.Value))
        );
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument
            .Load(Path.Combine(Root, "src", $"FunctionsCrawler.{project}", $"FunctionsCrawler.{project}.csproj"))
            .Descendants(kind)
            .Select(item => item.Attribute("Include")?.Value.Replace('\\', '/'))
            .OfType<string>();

    private static string NameOf(string path) =>
        Path.GetFileName(path).Replace("FunctionsCrawler.", "", StringComparison.Ordinal);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FunctionsCrawler.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The sources are not there.");
        return folder;
    }

    [GeneratedRegex(
        @"\b(Task\s*\.\s*(Run|Delay|Yield)|ConfigureAwait|DateTime(Offset)?\s*\.|TimeProvider|Stopwatch|Guid\s*\.\s*(New|Create)\w*|Random|Thread|Environment|File\s*\.|HttpClient)\b?",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Unreplayable();

    [GeneratedRegex(@"//[^\n]*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Comment();
}
