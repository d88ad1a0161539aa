namespace FunctionsCrawler.Infra.Tests.Docker;

/// <summary>Checks the Dockerfile by its text, because a test cannot build the image.</summary>
public sealed class DockerfileTests
{
    private static readonly string Text = Sources.Read("infra", "Dockerfile");

    [Fact]
    public void Dockerfile_HasNoFinding() => Assert.Empty(DockerfileRules.Check(Text));

    [Theory]
    [InlineData(":4-dotnet-isolated10.0", "", "no tag")]
    [InlineData("sdk:10.0 ", "sdk:latest ", "'latest'")]
    [InlineData("sdk:10.0 ", "sdk:10.0-alpine ", "Alpine")]
    [InlineData("ENV PLAYWRIGHT", "ENV API_KEY=abc PLAYWRIGHT", "a secret in the image")]
    [InlineData("ENTRYPOINT [\"/usr/bin/tini\", \"--\"]", "", "not the init process")]
    [InlineData("CMD [", "# [", "no command")]
    [InlineData("CMD [", "CMD [\"sh\", \"-c\", ", "a shell runs between")]
    [InlineData("CMD [\"", "CMD exec [\"", "a shell runs between")]
    [InlineData("USER 10001", "", "the user is root")]
    [InlineData("USER 10001", "USER 10001\nUSER 0", "the user is root")]
    [InlineData("USER 10001", "USER crawler", "or a name")]
    [InlineData(" --with-deps", "", "the headless shell is not installed")]
    [InlineData(" tini ", " dumb-init ", "the init process is not installed")]
    [InlineData(" --no-install-recommends", "", "recommended packages are installed")]
    [InlineData("tini \\\n    && rm -rf /var/lib/apt/lists/*", "tini", "package lists stay")]
    [InlineData("EXPOSE 8080", "EXPOSE 80", "only root may listen")]
    [InlineData("http://+:8080", "http://+:80", "does not listen")]
    public void Dockerfile_WithAFault_IsReported(string right, string wrong, string finding)
    {
        Assert.Contains(right, Text, StringComparison.Ordinal);

        var findings = DockerfileRules.Check(Text.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Contains(findings, found => found.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public void Context_HasTheBuildInputs_AndNoDeveloperSettings()
    {
        string[] lines = [.. Sources.Read(".dockerignore").Split('\n').Where(line => line is not "" && line[0] != '#')];

        Assert.Equal("*", lines[0]);
        Assert.Contains("!src/", lines);
        Assert.Contains("**/local.settings.json", lines.SkipWhile(line => line != "!src/"));
        // Without any of these, the build in the image would differ from the local build.
        Assert.All(
            ["global.json", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig"],
            file => Assert.Contains($"!{file}", lines)
        );
    }
}
