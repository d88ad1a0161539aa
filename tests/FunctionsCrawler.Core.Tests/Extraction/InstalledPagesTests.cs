namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>The round trip over pages that real generators wrote: the HTML documentation installed on this machine.</summary>
public sealed class InstalledPagesTests
{
    private const string Root = "/usr/share/doc";
    private const int MaxPages = 50;
    private const int MaxPagesOfPackage = 5;
    private const long MaxBytes = 1 << 20;

    // Links are not followed: packages built from one source share a folder.
    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    [Fact]
    [Needs(Need.Docs)]
    public void SampleOfInstalledPages_KeepsItsWords()
    {
        var pages = Sample();
        Requires.Installed(
            Need.Docs,
            pages.Count > 0,
            $"No package with HTML documentation is installed under {Root}."
        );

        Assert.All(pages, page => RoundTrip.AssertSameWords(File.ReadAllText(page)));
    }

    // The same pages on every run, and of each package a few: a large manual must not crowd out the small ones.
    private static IReadOnlyList<string> Sample()
    {
        if (!Directory.Exists(Root))
            return [];
        return
        [
            .. Directory
                .EnumerateFiles(Root, "*.html", Options)
                .Where(path => new FileInfo(path).Length is > 0 and <= MaxBytes)
                .Order(StringComparer.Ordinal)
                .GroupBy(path => Path.GetRelativePath(Root, path).Split('/')[0], StringComparer.Ordinal)
                .SelectMany(package => Spread([.. package]))
                .Take(MaxPages),
        ];
    }

    private static IEnumerable<string> Spread(string[] pages)
    {
        var count = Math.Min(MaxPagesOfPackage, pages.Length);
        return Enumerable.Range(0, count).Select(i => pages[i * pages.Length / count]);
    }
}
