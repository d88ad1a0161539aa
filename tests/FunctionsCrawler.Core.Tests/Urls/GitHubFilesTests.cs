using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public sealed class GitHubFilesTests
{
    [Theory]
    [InlineData(
        "https://github.com/owner/repo/blob/main/file.py",
        "https://raw.githubusercontent.com/owner/repo/main/file.py"
    )]
    [InlineData(
        "https://github.com/owner/repo/blob/v1.0/docs/a%20b.md?plain=1",
        "https://raw.githubusercontent.com/owner/repo/v1.0/docs/a%20b.md"
    )]
    [InlineData("http://www.github.com/o/r/blob/m/x", "https://raw.githubusercontent.com/o/r/m/x")]
    public void FindRaw_PageOfAFile_IsTheFile(string page, string raw) =>
        Assert.Equal(raw, GitHubFiles.FindRaw(new Uri(page))?.AbsoluteUri);

    [Theory]
    [InlineData("https://github.com/owner/repo")]
    [InlineData("https://github.com/owner/repo/tree/main/docs")]
    [InlineData("https://github.com/owner/repo/blob/main")]
    [InlineData("https://github.com/owner/repo/blob/main/")]
    [InlineData("https://github.com/owner/repo/raw/main/file.py")]
    [InlineData("https://github.com//repo/blob/main/file.py")]
    [InlineData("https://github.com:8443/owner/repo/blob/main/file.py")]
    [InlineData("https://github.com.example/owner/repo/blob/main/file.py")]
    [InlineData("https://gist.github.com/owner/repo/blob/main/file.py")]
    [InlineData("https://example.com/owner/repo/blob/main/file.py")]
    public void FindRaw_AnyOtherPage_IsNull(string page) => Assert.Null(GitHubFiles.FindRaw(new Uri(page)));
}
