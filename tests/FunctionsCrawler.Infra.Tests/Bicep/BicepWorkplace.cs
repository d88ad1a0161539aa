using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace FunctionsCrawler.Infra.Tests.Bicep;

/// <summary>
/// A copy of infra/ and the compiler that runs on it. The compiler writes beside its sources and below its home, so both are a
/// temp folder that is deleted.
/// </summary>
public sealed class BicepWorkplace : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string? Compiler = typeof(BicepWorkplace)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "BicepCompiler")
        ?.Value;

    private readonly string _root = Directory.CreateTempSubdirectory("ct-bicep-").FullName;

    public BicepWorkplace()
    {
        foreach (var file in Directory.EnumerateFiles(Sources.Infra, "*", SearchOption.AllDirectories))
        {
            var copy = At(Path.GetRelativePath(Sources.Infra, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>A path below the copy of infra/.</summary>
    public string At(params string[] names) => Path.Combine([_root, "infra", .. names]);

    /// <summary>The Bicep files, the parameters too, as paths relative to infra/.</summary>
    public string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(At(), "*.bicep*", SearchOption.AllDirectories)
                .Where(path => Path.GetExtension(path) is ".bicep" or ".bicepparam")
                .Select(path => Path.GetRelativePath(At(), path))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Skips the test where there is no compiler for this platform.</summary>
    public static void NeedsCompiler() =>
        Assert.SkipWhen(Compiler is null, "The Bicep compiler is fetched on 64-bit Linux on x86 only.");

    /// <summary>Runs the compiler in the copy of infra/.</summary>
    public Task<CompilerExit> RunAsync(params string[] arguments) => RunAsync(arguments, image: "", entraClientId: "");

    /// <summary>The resources that a deployment of main.bicepparam would make, worked out without Azure.</summary>
    /// <param name="image">The image that the parameters name; empty for a first deployment.</param>
    /// <param name="entraClientId">The app registration that they name; empty for none.</param>
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
        Assert.Equal(CompilerExit.Silent, exit);
        using var snapshot = JsonDocument.Parse(await File.ReadAllTextAsync(At("main.snapshot.json")));
        Assert.Empty(snapshot.RootElement.GetProperty("diagnostics").EnumerateArray());
        return [.. snapshot.RootElement.GetProperty("predictedResources").EnumerateArray().Select(r => r.Clone())];
    }

    private async Task<CompilerExit> RunAsync(string[] arguments, string image, string entraClientId)
    {
        NeedsCompiler();
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
        using var timeout = new CancellationTokenSource(Patience);
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

/// <summary>How the compiler ended, and all it wrote to either stream.</summary>
public sealed record CompilerExit(int Code, string Output)
{
    /// <summary>No finding: warnings alone leave the code 0, so nothing may have been written either.</summary>
    public static CompilerExit Silent { get; } = new(0, "");
}
