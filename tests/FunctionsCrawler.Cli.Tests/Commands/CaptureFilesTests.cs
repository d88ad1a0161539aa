using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Commands;

public sealed class CaptureFilesTests
{
    [Theory]
    [InlineData("screenshot", "out/page.png")]
    [InlineData("screenshot-2", "out/page-2.png")]
    [InlineData("screenshot-after", "out/page-after.png")]
    // Was written over the picture of the page.
    [InlineData("screenshot-after-login", "out/page-after-login.png")]
    // Steps take PNG pictures.
    [InlineData("screenshot-2", "out/page-2.webp", "out/page.webp")]
    [InlineData("screenshot-after", "out/page-after.png", "out/page.webp")]
    public void FileOf_EachPicture_HasAFileOfItsOwn(string artifact, string expected, string file = "out/page.png")
    {
        Assert.Equal(expected, CaptureFiles.FileOf(file, artifact, new PageArtifact("image/png", 1)));
    }
}
