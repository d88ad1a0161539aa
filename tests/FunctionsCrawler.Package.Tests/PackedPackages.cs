using System.Reflection;
using FunctionsCrawler.Contracts;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(FunctionsCrawler.Package.Tests.PackedPackages))]

namespace FunctionsCrawler.Package.Tests;

/// <summary>Both packages, packed once into a temp folder from what the build of this project built.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("fc-packed-").FullName;

    /// <summary>The version under test. It differs from every released one, so that no feed has it.</summary>
    public string Version { get; } =
        CrawlerVersion.Package + (CrawlerVersion.Package.Contains('-') ? ".packed" : "-packed");

    /// <summary>The folder with the packages; a package source.</summary>
    public string Folder => Path.Combine(_root, "feed");

    /// <summary>The library.</summary>
    public string Library => Path.Combine(Folder, $"FunctionsCrawler.{Version}.nupkg");

    /// <summary>The symbols of the library.</summary>
    public string Symbols => Path.ChangeExtension(Library, ".snupkg");

    /// <summary>The tool.</summary>
    public string Tool => Path.Combine(Folder, $"FunctionsCrawler.Tool.{Version}.nupkg");

    public async ValueTask InitializeAsync()
    {
        await PackAsync("Core");
        await PackAsync("Cli");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task PackAsync(string project)
    {
        var sources = Path.Combine(Repository.Root, "src", $"FunctionsCrawler.{project}");
        var configuration = typeof(PackedPackages)
            .Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!
            .Configuration;
        var packed = await DotnetCommand.RunAsync(
            sources,
            caches: null,
            "dotnet",
            "pack",
            "--no-build",
            "--configuration",
            configuration,
            "--output",
            Folder,
            $"-p:PackageVersion={Version}"
        );
        Assert.True(packed.Code == 0, packed.ToString());
    }
}
