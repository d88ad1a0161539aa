using System.Text.Json;
using System.Xml.Linq;

namespace FunctionsCrawler.EndToEnd.Tests.Architecture;

/// <summary>Projects are layered: Functions and Cli → Http, Azure → Core.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Azure"] = ["Core"],
        ["Http"] = ["Core"],
        ["Functions"] = ["Core", "Azure", "Http"],
        ["Cli"] = ["Core", "Azure", "Http"],
    };

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(NameOf)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_PointOnlyToLowerProjects(string name)
    {
        var references = Items(name, "ProjectReference").Select(path => NameOf(Path.GetFileNameWithoutExtension(path)));

        Assert.Contains(name, Allowed.Keys);
        Assert.Empty(references.Except(Allowed[name]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_OfSrc_HasTests(string name)
    {
        var tests = Path.Combine(Repository.Root, "tests", $"FunctionsCrawler.{name}.Tests");

        Assert.True(Directory.Exists(tests), $"{tests} is missing.");
        Assert.Contains(
            Directory.EnumerateFiles(tests, "*.cs", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("[Fact]", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Projects_OfSrcAndTests_AreInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "FunctionsCrawler.sln")).Replace('\\', '/');
        var projects = new[] { "src", "tests" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)
            )
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));

        Assert.All(projects, path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Projects_ExceptTheFunctionsApp_AreInTheLocalFilter()
    {
        var filter = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "FunctionsCrawler.Local.slnf")));
        var local = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray();

        Assert.Equal(
            Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
                .Concat(
                    Directory.EnumerateFiles(
                        Path.Combine(Repository.Root, "tests"),
                        "*.csproj",
                        SearchOption.AllDirectories
                    )
                )
                .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
                .Where(path => !path.Contains("FunctionsCrawler.Functions", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            local.Select(p => p.GetString()!.Replace('\\', '/')).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Core_Packages_AreIndependentOfHosts()
    {
        var references = Items("Core", "PackageReference").Concat(Items("Core", "FrameworkReference"));

        Assert.DoesNotContain(
            references,
            name =>
                name.StartsWith("Microsoft.AspNetCore", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Azure.", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Microsoft.Azure.", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Microsoft.DurableTask", StringComparison.OrdinalIgnoreCase)
        );
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument
            .Load(
                Path.Combine(
                    Repository.Root,
                    "src",
                    $"FunctionsCrawler.{project}",
                    $"FunctionsCrawler.{project}.csproj"
                )
            )
            .Descendants(kind)
            .Select(item => item.Attribute("Include")?.Value.Replace('\\', '/'))
            .OfType<string>();

    private static string NameOf(string path) =>
        Path.GetFileName(path).Replace("FunctionsCrawler.", "", StringComparison.Ordinal);
}
