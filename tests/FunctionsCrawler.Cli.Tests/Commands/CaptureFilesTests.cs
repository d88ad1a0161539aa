using FunctionsCrawler.Cli.Commands;

namespace FunctionsCrawler.Cli.Tests.Commands;

public sealed class CaptureFilesTests
{
    [Theory]
    [InlineData("screenshot", "out/page.png")]
    [InlineData("screenshot-2", "out/page-2.png")]
    [InlineData("screenshot-after", "out/page-after.png")]
    // Was written over the picture of the page.
    [InlineData("screenshot-after-login", "out/page-after-login.png")]
    public void FileOf_EachPicture_HasAFileOfItsOwn(string artifact, string file)
    {
        Assert.Equal(file, CaptureFiles.FileOf("out/page.png", artifact));
    }
}
