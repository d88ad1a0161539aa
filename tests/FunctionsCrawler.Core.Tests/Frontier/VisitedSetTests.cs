using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class VisitedSetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    [InlineData(4096)]
    public void UrlHash_Url_IsTheXxHash128OfItsUtf8(int length)
    {
        var url = new string('é', length);
        var canonical = XxHash128.Hash(Encoding.UTF8.GetBytes(url));
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(canonical), UrlHash.Of(url));
    }

    [Fact]
    public void Segment_Hashes_AreSixteenBigEndianBytesAscendingAndOnce()
    {
        var content = HashSegment.Write([UInt128.MaxValue, 1, new UInt128(1, 0), 1]);
        var expected =
            new string('0', 31) + "1" + new string('0', 15) + "1" + new string('0', 16) + new string('F', 32);
        Assert.Equal(expected, Convert.ToHexString(content));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Segment_Written_IsReadBack(int count)
    {
        var hashes = Enumerable.Range(0, count).Select(i => UrlHash.Of($"http://a/{i}")).ToArray();
        Assert.Equal(hashes.Order(), HashSegment.Read(HashSegment.Write(hashes)));
    }

    [Fact]
    public void Segment_CutOff_IsInvalidData()
    {
        var content = HashSegment.Write([1, 2]);
        var e = Assert.Throws<InvalidDataException>(() => HashSegment.Read(content.AsSpan(0, 31)));
        Assert.Contains("31 bytes", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void Segment_NotAscending_IsInvalidData(byte first, byte second)
    {
        var content = new byte[32];
        content[15] = first;
        content[31] = second;
        var e = Assert.Throws<InvalidDataException>(() => HashSegment.Read(content));
        Assert.Contains("value 1 of 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VisitedSet_Add_KeepsOnlyWhatIsNewAsDelta()
    {
        var set = new VisitedSet([Segment("http://a/1", "http://a/2"), Segment("http://a/3")]);
        Assert.True(set.Contains("http://a/1"));
        Assert.True(set.Contains("http://a/3"));
        Assert.False(set.Contains("http://a/4"));

        Assert.False(set.Add("http://a/2"));
        Assert.False(set.Add("http://a/3"));
        Assert.Empty(set.Added);
        Assert.True(set.Add("http://a/4"));
        Assert.False(set.Add("http://a/4"));
        Assert.True(set.Contains("http://a/4"));
        Assert.Equal([UrlHash.Of("http://a/4")], set.Added);
    }

    [Fact]
    public void VisitedSet_DeltaStoredAndLoaded_IsTheSameSet()
    {
        var first = new VisitedSet();
        for (var i = 0; i < 1000; i++)
            first.Add($"http://a/{i}");

        var second = new VisitedSet([HashSegment.Read(HashSegment.Write(first.Added))]);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.False(second.Add($"http://a/{i}")));
        Assert.True(second.Add("http://a/1000"));
    }

    [Fact]
    public void VisitedSet_LoadedSegments_TakeSixteenBytesAHash()
    {
        const int count = 1_000_000;
        var content = HashSegment.Write(Enumerable.Range(0, count).Select(i => (UInt128)i));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var set = new VisitedSet([HashSegment.Read(content)]);
        // The runtime counts what a thread allocates in buffers of 8 KB; a hash table would need 40 bytes a hash.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 16 * count, 17 * count);
        Assert.Empty(set.Added);
    }

    private static UInt128[] Segment(params string[] urls) =>
        HashSegment.Read(HashSegment.Write(urls.Select(UrlHash.Of)));
}
