using System.Text.Json;

namespace FunctionsCrawler.Infra.Tests.Bicep;

/// <summary>The compiler and its linter have nothing to say about infra/, and would say it if they had.</summary>
public sealed class BicepTests(BicepWorkplace place) : IClassFixture<BicepWorkplace>
{
    [Fact]
    public async Task Modules_Built_HaveNoFinding()
    {
        var exit = await place.RunAsync("build", "--no-restore", "--pattern", "**/*.bicep");

        Assert.Equal(CompilerExit.Silent, exit);
        Assert.All(
            place.Files().Where(file => file.EndsWith(".bicep", StringComparison.Ordinal)),
            file => Assert.True(File.Exists(place.At(Path.ChangeExtension(file, ".json"))), $"{file} was not built.")
        );
    }

    [Fact]
    public async Task Modules_Linted_HaveNoFinding() =>
        Assert.Equal(CompilerExit.Silent, await place.RunAsync("lint", "--no-restore", "--pattern", "**/*.bicep"));

    [Fact]
    public async Task Parameters_Linted_HaveNoFinding() =>
        Assert.Equal(CompilerExit.Silent, await place.RunAsync("lint", "--no-restore", "main.bicepparam"));

    [Fact]
    public async Task Parameters_Built_NameNoImage()
    {
        var exit = await place.RunAsync(
            "build-params",
            "main.bicepparam",
            "--no-restore",
            "--outfile",
            "parameters.json"
        );

        Assert.Equal(CompilerExit.Silent, exit);
        using var built = JsonDocument.Parse(await File.ReadAllTextAsync(place.At("parameters.json")));
        var image = built.RootElement.GetProperty("parameters").GetProperty("image").GetProperty("value");
        Assert.Equal("", image.GetString());
    }

    [Fact]
    public async Task Files_Formatted_StayAsTheyAre()
    {
        Assert.Equal(CompilerExit.Silent, await place.RunAsync("format", "--pattern", "**/*.bicep"));
        Assert.Equal(CompilerExit.Silent, await place.RunAsync("format", "main.bicepparam"));

        Assert.All(place.Files(), file => Assert.Equal(Sources.Read("infra", file), File.ReadAllText(place.At(file))));
    }

    [Theory]
    [InlineData("param nobodyAsks string = ''", "no-unused-params")]
    [InlineData("output endpoint string = 'https://x.blob.core.windows.net'", "no-hardcoded-env-urls")]
    [InlineData("resource a 'Microsoft.App/containerApps@2026-01-01' = { name: 'a' }", "BCP035")]
    public async Task Text_WithAFinding_IsReported(string text, string finding)
    {
        BicepWorkplace.NeedsCompiler();
        using var other = new BicepWorkplace();
        await File.WriteAllTextAsync(other.At("wrong.bicep"), text);

        var exit = await other.RunAsync("lint", "--no-restore", "--pattern", "wrong.bicep");

        Assert.NotEqual(CompilerExit.Silent, exit);
        Assert.Contains(finding, exit.Output, StringComparison.Ordinal);
        // The linter's rules are errors by bicepconfig.json; the compiler's own warnings cannot be.
        Assert.Equal(finding.StartsWith("BCP", StringComparison.Ordinal) ? 0 : 1, exit.Code);
    }
}
