using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Core.Tests.Blobs;

public sealed class FileTargetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("target-");

    [Fact]
    public void Resolve_FileThatDoesNotExist_IsItself()
    {
        var path = Path.Combine(_folder.FullName, "new.json");
        Assert.Equal(path, FileTarget.Resolve(path));
    }

    [Fact]
    public void Resolve_LinksToAFile_IsThatFile()
    {
        var file = Path.Combine(_folder.FullName, "file.json");
        var link = Path.Combine(_folder.FullName, "link.json");
        File.CreateSymbolicLink(link, file);
        File.CreateSymbolicLink(link + "2", "link.json");

        Assert.Equal(file, FileTarget.Resolve(link + "2"));
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/self/fd/1")]
    [InlineData("link")]
    public void Resolve_Device_IsRefused(string path)
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "These are files of Linux.");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "link"), "/dev/full");
        var full = Path.Combine(_folder.FullName, path);

        var e = Assert.Throws<IOException>(() => FileTarget.Resolve(full));

        Assert.Equal($"'{full}' is a device or a pipe, not a file", e.Message);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
