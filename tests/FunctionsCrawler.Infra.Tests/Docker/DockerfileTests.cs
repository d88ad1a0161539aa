namespace FunctionsCrawler.Infra.Tests.Docker;

/// <summary>The image cannot be built in a test. What can be read in its Dockerfile is.</summary>
public sealed class DockerfileTests
{
    private static readonly string Text = Sources.Read("infra", "Dockerfile");

    [Fact]
    public void Dockerfile_BreaksNoRule() => Assert.Empty(DockerfileRules.Check(Text));

    [Theory]
    [InlineData(":4-dotnet-isolated10.0", "", "no tag")]
    [InlineData("sdk:10.0 ", "sdk:latest ", "the latest")]
    [InlineData("sdk:10.0 ", "sdk:10.0-alpine ", "Alpine")]
    [InlineData("ENV PLAYWRIGHT", "ENV API_KEY=abc PLAYWRIGHT", "a secret in the image")]
    [InlineData("ENTRYPOINT [\"/usr/bin/tini\", \"--\"]", "", "not the init")]
    [InlineData("CMD [", "# [", "no command")]
    [InlineData("CMD [", "CMD [\"sh\", \"-c\", ", "a shell is between")]
    [InlineData("CMD [\"", "CMD exec [\"", "a shell is between")]
    [InlineData("USER 10001", "", "the user is root")]
    [InlineData("USER 10001", "USER 10001\nUSER 0", "the user is root")]
    [InlineData("USER 10001", "USER crawler", "or a name")]
    [InlineData(" --with-deps", "", "no headless shell")]
    [InlineData(" tini ", " dumb-init ", "the init is not installed")]
    [InlineData(" --no-install-recommends", "", "with all that is recommended")]
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
    public void Context_IsWhatTheBuildNeeds_AndNoSettingsOfADeveloper()
    {
        string[] lines = [.. Sources.Read(".dockerignore").Split('\n').Where(line => line is not "" && line[0] != '#')];

        Assert.Equal("*", lines[0]);
        Assert.Contains("!src/", lines);
        Assert.Contains("**/local.settings.json", lines.SkipWhile(line => line != "!src/"));
        // Without one of these the build in the image would not be the build here.
        Assert.All(
            ["global.json", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig"],
            file => Assert.Contains($"!{file}", lines)
        );
    }
}
