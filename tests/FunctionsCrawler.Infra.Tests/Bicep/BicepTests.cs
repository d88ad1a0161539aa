using System.Text.Json;

namespace FunctionsCrawler.Infra.Tests.Bicep;

/// <summary>The Bicep compiler and linter report nothing for infra/, and do report faults that are put in.</summary>
[Needs(Need.Process)]
public sealed class BicepTests(BicepWorkspace workspace) : IClassFixture<BicepWorkspace>
{
    [Fact]
    public async Task Modules_Built_HaveNoFinding()
    {
        var exit = await workspace.RunAsync("build", "--no-restore", "--pattern", "**/*.bicep");

        Assert.Equal(CompilerExit.NoFindings, exit);
        Assert.All(
            workspace.Files().Where(file => file.EndsWith(".bicep", StringComparison.Ordinal)),
            file =>
                Assert.True(File.Exists(workspace.At(Path.ChangeExtension(file, ".json"))), $"{file} was not built.")
        );
    }

    [Fact]
    public async Task Modules_Linted_HaveNoFinding() =>
        Assert.Equal(
            CompilerExit.NoFindings,
            await workspace.RunAsync("lint", "--no-restore", "--pattern", "**/*.bicep")
        );

    [Fact]
    public async Task Parameters_Linted_HaveNoFinding() =>
        Assert.Equal(CompilerExit.NoFindings, await workspace.RunAsync("lint", "--no-restore", "main.bicepparam"));

    [Fact]
    public async Task Parameters_Built_HaveEmptyImage()
    {
        var exit = await workspace.RunAsync(
            "build-params",
            "main.bicepparam",
            "--no-restore",
            "--outfile",
            "parameters.json"
        );

        Assert.Equal(CompilerExit.NoFindings, exit);
        using var built = JsonDocument.Parse(await File.ReadAllTextAsync(workspace.At("parameters.json")));
        var image = built.RootElement.GetProperty("parameters").GetProperty("image").GetProperty("value");
        Assert.Equal("", image.GetString());
    }

    [Fact]
    public async Task Files_Formatted_AreUnchanged()
    {
        Assert.Equal(CompilerExit.NoFindings, await workspace.RunAsync("format", "--pattern", "**/*.bicep"));
        Assert.Equal(CompilerExit.NoFindings, await workspace.RunAsync("format", "main.bicepparam"));

        Assert.All(
            workspace.Files(),
            file => Assert.Equal(Sources.Read("infra", file), File.ReadAllText(workspace.At(file)))
        );
    }

    [Theory]
    [InlineData("param unused string = ''", "no-unused-params")]
    [InlineData("output endpoint string = 'https://x.blob.core.windows.net'", "no-hardcoded-env-urls")]
    [InlineData("resource a 'Microsoft.App/containerApps@2026-01-01' = { name: 'a' }", "BCP035")]
    public async Task Text_WithAFinding_IsReported(string text, string finding)
    {
        BicepWorkspace.SkipWithoutCompiler();
        using var other = new BicepWorkspace();
        await File.WriteAllTextAsync(other.At("wrong.bicep"), text);

        var exit = await other.RunAsync("lint", "--no-restore", "--pattern", "wrong.bicep");

        Assert.NotEqual(CompilerExit.NoFindings, exit);
        Assert.Contains(finding, exit.Output, StringComparison.Ordinal);
        // bicepconfig.json turns the linter's rules into errors; the compiler's own warnings cannot be changed.
        Assert.Equal(finding.StartsWith("BCP", StringComparison.Ordinal) ? 0 : 1, exit.Code);
    }
}
