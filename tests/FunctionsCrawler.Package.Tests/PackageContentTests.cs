using System.IO.Compression;
using System.Xml.Linq;

namespace FunctionsCrawler.Package.Tests;

/// <summary>What is in the packages, and what is not.</summary>
[Needs(Need.Process)]
public sealed class PackageContentTests(PackedPackages packages)
{
    private static readonly string[] PackageParts = ["_rels/", "package/", "[Content_Types].xml"];

    [Fact]
    public void Library_Holds_TheAssemblyItsDocumentationAndTheTextsAndNothingElse() =>
        Assert.Equal(
            [
                "FunctionsCrawler.nuspec",
                "LICENSE",
                "README.md",
                "THIRD-PARTY-NOTICES.md",
                "lib/net10.0/FunctionsCrawler.Core.dll",
                "lib/net10.0/FunctionsCrawler.Core.xml",
            ],
            FilesOf(packages.Library)
        );

    [Fact]
    public void Symbols_Hold_TheSymbolsOfTheLibrary() =>
        Assert.Contains("lib/net10.0/FunctionsCrawler.Core.pdb", FilesOf(packages.Symbols));

    [Fact]
    public void Library_Says_WhatItIsAndNeeds()
    {
        var about = AboutOf(packages.Library);

        Assert.Equal("FunctionsCrawler", about["id"].Value);
        Assert.Equal(packages.Version, about["version"].Value);
        Assert.Equal("MIT", about["license"].Value);
        Assert.Equal("README.md", about["readme"].Value);
        Assert.NotEmpty(about["description"].Value);
        Assert.NotEmpty(about["tags"].Value);
        Assert.Equal(
            [
                "AngleSharp",
                "Microsoft.Extensions.DependencyInjection",
                "Microsoft.Extensions.Hosting.Abstractions",
                "Microsoft.Extensions.Logging",
                "Microsoft.Extensions.Logging.Abstractions",
                "Microsoft.Extensions.Options",
                "Microsoft.Playwright",
                "PdfPig",
                "Polly.Core",
                "System.IO.Hashing",
            ],
            DependenciesOf(about).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Tool_IsTheCommandCrawl_WithoutDependenciesAndDriver()
    {
        var about = AboutOf(packages.Tool);
        var files = FilesOf(packages.Tool);

        Assert.Equal("FunctionsCrawler.Tool", about["id"].Value);
        Assert.Equal("DotnetTool", about["packageTypes"].Elements().Single().Attribute("name")!.Value);
        Assert.Empty(DependenciesOf(about));
        Assert.Superset(
            new HashSet<string>(["README.md", "LICENSE", "THIRD-PARTY-NOTICES.md", "tools/net10.0/any/crawl.dll"]),
            files.ToHashSet(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(files, f => f.Contains(".playwright", StringComparison.Ordinal));
        Assert.DoesNotContain(files, f => f.Contains("Tests", StringComparison.Ordinal));
        Assert.Equal(
            [
                "linux-arm64",
                "linux-musl-arm64",
                "linux-musl-x64",
                "linux-x64",
                "osx-arm64",
                "osx-x64",
                "win-arm64",
                "win-x64",
            ],
            files
                .Where(f =>
                    f.Contains("e_sqlite3.", StringComparison.Ordinal)
                    && f.Contains("/native/", StringComparison.Ordinal)
                )
                .Select(f => f.Split('/')[^3])
        );
        var settings = XDocument.Parse(Read(packages.Tool, "tools/net10.0/any/DotnetToolSettings.xml"));
        Assert.Equal("crawl", settings.Descendants("Command").Single().Attribute("Name")!.Value);
    }

    [Fact]
    public void Readme_OfTheLibrary_HasTheLinesThatAreTested()
    {
        var readme = Read(packages.Library, "README.md");
        var tested = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "app.cs.txt"))
            .Where(line => line.StartsWith("using ", StringComparison.Ordinal));

        Assert.All(tested, line => Assert.Contains(line, readme, StringComparison.Ordinal));
        Assert.Contains("crawler.CrawlAsync(", readme, StringComparison.Ordinal);
        Assert.Contains("crawler.ScrapeAsync(", readme, StringComparison.Ordinal);
    }

    private static Dictionary<string, XElement> AboutOf(string package)
    {
        var name = FilesOf(package).Single(f => f.EndsWith(".nuspec", StringComparison.Ordinal));
        var about = XDocument.Parse(Read(package, name)).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        return about.Elements().ToDictionary(e => e.Name.LocalName, StringComparer.Ordinal);
    }

    private static IEnumerable<string> DependenciesOf(Dictionary<string, XElement> about) =>
        about.TryGetValue("dependencies", out var list)
            ? list.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value)
            : [];

    private static string[] FilesOf(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return
        [
            .. archive
                .Entries.Select(e => e.FullName)
                .Where(name => !PackageParts.Any(part => name.StartsWith(part, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Read(string package, string name)
    {
        using var archive = ZipFile.OpenRead(package);
        using var reader = new StreamReader(archive.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }
}
