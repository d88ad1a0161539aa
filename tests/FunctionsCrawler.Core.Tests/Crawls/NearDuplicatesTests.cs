using FunctionsCrawler.Crawls;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Crawls;

public sealed class NearDuplicatesTests
{
    [Fact]
    public void Add_FingerprintsDifferInThreeBits_AreFoundWhereverTheBitsAre()
    {
        const ulong Original = 0x0123456789ABCDEF;
        var similar = new NearDuplicates();
        similar.Add(0, Original);
        var page = 1;
        for (var a = 0; a < 64; a++)
        for (var b = a + 1; b < 64; b += 5)
        for (var c = b + 1; c < 64; c += 7)
            similar.Add(page++, Original ^ 1UL << a ^ 1UL << b ^ 1UL << c);
        Assert.Equal(page - 1, similar.Originals.Count);
        Assert.All(similar.Originals.Values, original => Assert.Equal(0, original));
    }

    [Fact]
    public void Add_FingerprintsDifferInFourBits_AreNot()
    {
        var similar = new NearDuplicates();
        similar.Add(0, 0);
        similar.Add(1, 0b1111);
        Assert.Empty(similar.Originals);
    }

    [Fact]
    public void Add_ChainOfSimilarPages_EachNamesAnOriginalThatIsSimilarToIt()
    {
        var fingerprints = Enumerable.Range(0, 21).Select(i => (1UL << i) - 1).ToList();
        var similar = new NearDuplicates();
        for (var page = 0; page < fingerprints.Count; page++)
            similar.Add(page, fingerprints[page]);
        Assert.NotEmpty(similar.Originals);
        foreach (var (page, original) in similar.Originals)
        {
            Assert.DoesNotContain(original, similar.Originals.Keys);
            Assert.InRange(
                TextFingerprint.Distance(fingerprints[page], fingerprints[original]),
                1,
                TextFingerprint.MaxDistance
            );
        }
    }

    [Fact]
    public void Add_ManyPagesShareParts_TimeIsBounded()
    {
        // All share three of their four parts: each would be compared with all before it.
        var similar = new NearDuplicates();
        for (var page = 0; page < 20_000; page++)
            similar.Add(page, (ulong)page * 0x9E3779B97F4A7C15 << 48 >> 48);
        Assert.NotEmpty(similar.Originals);
    }
}
