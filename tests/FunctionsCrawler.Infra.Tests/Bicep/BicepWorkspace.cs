using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace FunctionsCrawler.Infra.Tests.Bicep;

/// <summary>
/// A copy of infra/ on which the Bicep compiler runs. The compiler writes next to its sources and below its home, so both are
/// in a temp folder that is deleted.
/// </summary>
public sealed class BicepWorkspace : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly string? Compiler = typeof(BicepWorkspace)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "BicepCompiler")
        ?.Value;

    private readonly string _root = Directory.CreateTempSubdirectory("ct-bicep-").FullName;

    public BicepWorkspace()
    {
        foreach (var file in Directory.EnumerateFiles(Sources.Infra, "*", SearchOption.AllDirectories))
        {
            var copy = At(Path.GetRelativePath(Sources.Infra, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Returns a path below the copy of infra/.</summary>
    public string At(params string[] names) => Path.Combine([_root, "infra", .. names]);

    /// <summary>The Bicep files, including parameter files, as paths relative to infra/.</summary>
    public string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(At(), "*.bicep*", SearchOption.AllDirectories)
                .Where(path => Path.GetExtension(path) is ".bicep" or ".bicepparam")
                .Select(path => Path.GetRelativePath(At(), path))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Skips the test where there is no compiler for this platform.</summary>
    public static void SkipWithoutCompiler() =>
        Requires.Available(
            Compiler is not null,
            Unavailable.OtherPlatform,
            "The Bicep compiler is fetched on 64-bit Linux on x86 only."
        );

    /// <summary>Runs the compiler in the copy of infra/.</summary>
    public Task<CompilerExit> RunAsync(params string[] arguments) => RunAsync(arguments, image: "", entraClientId: "");

    /// <summary>Predicts the resources that a deployment of main.bicepparam would create, without Azure.</summary>
    /// <param name="image">The image parameter; empty for a first deployment.</param>
    /// <param name="entraClientId">The app registration parameter; empty for none.</param>
    public async Task<JsonElement[]> PredictAsync(string image, string entraClientId = "")
    {
        var exit = await RunAsync(
            [
                .. new[] { "snapshot", "main.bicepparam", "--mode", "overwrite", "--resource-group", "crawler" },
                .. new[] { "--subscription-id", Guid.Empty.ToString(), "--location", "westeurope" },
            ],
            image,
            entraClientId
        );
        Assert.Equal(CompilerExit.NoFindings, exit);
        using var snapshot = JsonDocument.Parse(await File.ReadAllTextAsync(At("main.snapshot.json")));
        Assert.Empty(snapshot.RootElement.GetProperty("diagnostics").EnumerateArray());
        return [.. snapshot.RootElement.GetProperty("predictedResources").EnumerateArray().Select(r => r.Clone())];
    }

    private async Task<CompilerExit> RunAsync(string[] arguments, string image, string entraClientId)
    {
        SkipWithoutCompiler();
        var start = new ProcessStartInfo(Compiler!, arguments)
        {
            WorkingDirectory = At(),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = start.Environment["TMPDIR"] = _root;
        start.Environment.Remove("DOTNET_BUNDLE_EXTRACT_BASE_DIR");
        start.Environment["CRAWLER_IMAGE"] = image;
        start.Environment["CRAWLER_ENTRA_CLIENT_ID"] = entraClientId;
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new CompilerExit(process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}

/// <summary>The exit code of the compiler, and all it wrote to standard output and standard error.</summary>
public sealed record CompilerExit(int Code, string Output)
{
    /// <summary>The result without findings. Warnings alone exit with 0, so the output must also be empty.</summary>
    public static CompilerExit NoFindings { get; } = new(0, "");
}
