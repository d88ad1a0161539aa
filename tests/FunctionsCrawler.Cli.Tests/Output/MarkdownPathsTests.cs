using FunctionsCrawler.Cli.Output;

namespace FunctionsCrawler.Cli.Tests.Output;

public sealed class MarkdownPathsTests
{
    [Theory]
    [InlineData("https://example.com/", "example.com/index.md")]
    [InlineData("https://example.com/docs/", "example.com/docs/index.md")]
    [InlineData("https://example.com/docs/a.html", "example.com/docs/a.html.md")]
    [InlineData("http://127.0.0.1:8080/a", "127.0.0.1_8080/a.md")]
    [InlineData("https://example.com/a%20b/%C3%A9", "example.com/a b/é.md")]
    public void Path_OrdinaryUrl_ResemblesTheUrl(string url, string path) =>
        Assert.Equal(path, new MarkdownPaths().For(url));

    [Theory]
    [InlineData("https://example.com/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("https://example.com/..%2f..%2fetc%2fpasswd")]
    [InlineData("https://example.com/a/%2e%2e%5c%2e%2e%5cetc")]
    [InlineData("https://example.com/%00/%0a/%3a%2a%3f")]
    [InlineData("https://example.com//etc//passwd")]
    [InlineData("https://example.com/...")]
    [InlineData("http://[::1]:8080/a")]
    public void Path_HostileUrl_StaysBelowItsHostAndIsAValidName(string url)
    {
        var path = new MarkdownPaths().For(url);

        var root = Path.Combine(Path.GetTempPath(), "root");
        Assert.StartsWith(root + Path.DirectorySeparatorChar, Path.GetFullPath(Path.Combine(root, path)));
        Assert.All(
            path.Split('/'),
            segment =>
            {
                Assert.DoesNotContain(segment, c => c < ' ' || "<>:\"|?*\\".Contains(c));
                Assert.NotEqual("", segment.TrimEnd('.', ' '));
            }
        );
    }

    [Fact]
    public void Paths_UrlsThatDifferInCaseQueryOrEscapes_AreUnique()
    {
        var paths = new MarkdownPaths();
        string[] urls =
        [
            "https://example.com/a",
            "https://example.com/A",
            "https://example.com/a?x=1",
            "https://example.com/a?X=1",
            "https://example.com/a%3Fx=1",
            "https://example.com/a/",
            "https://example.com/a/index",
            "https://example.com/a.",
            "https://example.com/a.md/b",
            "http://example.com/a",
            "https://example.com/" + new string('x', 1000) + "1",
            "https://example.com/" + new string('x', 1000) + "2",
        ];

        var made = urls.Select(paths.For).ToList();

        Assert.Equal(made.Count, made.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(
            made,
            path =>
                Assert.DoesNotContain(made, other => other.StartsWith(path + "/", StringComparison.OrdinalIgnoreCase))
        );
        Assert.All(made, path => Assert.All(path.Split('/'), segment => Assert.InRange(segment.Length, 1, 200)));
    }

    [Fact]
    public void Segment_ManyBytesInFewCharacters_FitsAFileName()
    {
        var path = new MarkdownPaths().For("https://example.com/" + Uri.EscapeDataString(new string('語', 119)));

        Assert.All(path.Split('/'), s => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(s), 1, 255));
    }

    [Theory]
    [InlineData("CON")]
    [InlineData("nul.txt")]
    [InlineData("com1")]
    public void Segment_ReservedByWindows_IsChanged(string name)
    {
        var segment = new MarkdownPaths().For($"https://example.com/{name}/a").Split('/')[1];

        Assert.StartsWith("_", segment, StringComparison.Ordinal);
    }
}
