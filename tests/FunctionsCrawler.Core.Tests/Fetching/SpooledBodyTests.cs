using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Alone, because it looks at the files that the process has open.</summary>
[Collection(nameof(CompressionBombTests))]
public sealed class SpooledBodyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(5000)]
    public async Task Load_AnySize_GivesWhatWasAdded(int size)
    {
        await using var body = new SpooledBody(100);
        byte[] content = [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];
        foreach (var piece in content.Chunk(33))
            await body.AppendAsync(piece, Cancellation);

        Assert.Equal(size, body.Length);
        Assert.Equal(content, (await body.LoadAsync(Cancellation)).ToArray());
    }

    [Fact]
    public async Task Append_BeyondMemory_FileHasNoNameAnyMore()
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "Looks into /proc.");
        await using (var body = new SpooledBody(100))
        {
            await body.AppendAsync(new byte[101], Cancellation);

            Assert.Single(OpenBodies(), link => link.EndsWith(" (deleted)", StringComparison.Ordinal));
            Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "crawl-body-*"));
        }
        Assert.Empty(OpenBodies());
    }

    private static List<string> OpenBodies() =>
        [
            .. Directory
                .EnumerateFiles("/proc/self/fd")
                .Select(f => new FileInfo(f).LinkTarget ?? "")
                .Where(link => link.Contains("/crawl-body-", StringComparison.Ordinal)),
        ];
}
