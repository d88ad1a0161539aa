using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class UrlSetTests
{
    private readonly MemoryBlobStore _store = new();
    private int _names;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private long Written => _store.Names.Sum(n => _store.SizeOf(n)) / 16;

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
    public void Segment_Hashes_AreDistinctAscendingAndBigEndian()
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
    public void Segment_Truncated_ThrowsInvalidData()
    {
        var content = HashSegment.Write([1, 2]);
        var e = Assert.Throws<InvalidDataException>(() => HashSegment.Read(content.AsSpan(0, 31)));
        Assert.Contains("31 bytes", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void Segment_NotAscending_ThrowsInvalidData(byte first, byte second)
    {
        var content = new byte[32];
        content[15] = first;
        content[31] = second;
        var e = Assert.Throws<InvalidDataException>(() => HashSegment.Read(content));
        Assert.Contains("value 1 of 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Segment_Mark_FindsWhatItContains()
    {
        var content = HashSegment.Write([2, 4, UInt128.MaxValue]);
        UInt128[] hashes = [1, 2, 3, 4, 5, UInt128.MaxValue];
        var found = new bool[hashes.Length];
        HashSegment.Mark(content, hashes, found);
        Assert.Equal([false, true, false, true, false, true], found);
        Assert.Throws<InvalidDataException>(() => HashSegment.Mark(content.AsSpan(0, 31), hashes, found));
        content.AsSpan(0, 16).CopyTo(content.AsSpan(16));
        Assert.Throws<InvalidDataException>(() => HashSegment.Mark(content, hashes, found));
    }

    [Fact]
    public async Task UrlSet_Add_KeepsOnlyNewUrlsAsDelta()
    {
        var stored = new UrlSet(_store);
        foreach (var url in (string[])["http://a/1", "http://a/2", "http://a/3"])
            Assert.True(stored.Add(UrlHash.Of(url)));
        await stored.FlushAsync(NextName, Cancellation);

        var set = new UrlSet(_store, stored.Names);
        Assert.False(set.Contains(UrlHash.Of("http://a/1")));
        await LookUpAsync(set, "http://a/1", "http://a/2", "http://a/3", "http://a/4");
        Assert.True(set.Contains(UrlHash.Of("http://a/1")));
        Assert.True(set.Contains(UrlHash.Of("http://a/3")));
        Assert.False(set.Contains(UrlHash.Of("http://a/4")));

        Assert.False(set.Add(UrlHash.Of("http://a/2")));
        Assert.False(set.Add(UrlHash.Of("http://a/3")));
        await set.FlushAsync(NextName, Cancellation);
        Assert.Equal(stored.Names, set.Names);
        Assert.True(set.Add(UrlHash.Of("http://a/4")));
        Assert.False(set.Add(UrlHash.Of("http://a/4")));
        Assert.True(set.Contains(UrlHash.Of("http://a/4")));
    }

    [Fact]
    public async Task UrlSet_WrittenInManyParts_ContainsWhatASetContains()
    {
        var random = new Random(7);
        var expected = new HashSet<UInt128>();
        IReadOnlyList<string> names = [];
        for (var round = 0; round < 40; round++)
        {
            var set = new UrlSet(_store, names);
            var hashes = Enumerable.Range(0, random.Next(1, 6000)).Select(_ => Hash(random.Next(40_000))).ToList();
            await set.LookUpAsync([.. hashes.Distinct().Order()], Cancellation);
            foreach (var hash in hashes)
            {
                Assert.Equal(expected.Contains(hash), set.Contains(hash));
                Assert.Equal(expected.Add(hash), set.Add(hash));
            }
            await set.FlushAsync(NextName, Cancellation);
            names = set.Names;
        }
        var stored = new List<UInt128>();
        foreach (var name in names)
            stored.AddRange(await _store.GetHashesAsync(name, Cancellation));
        Assert.Equal(expected.Order(), stored.Order());
    }

    [Fact]
    public async Task HashRuns_ManyWaves_FewBlobsEachOfBoundedSize()
    {
        const int wave = 50_000;
        var runs = new HashRuns(_store, []);
        for (var i = 0; i < 40; i++)
        {
            UInt128[] hashes = [.. Enumerable.Range(i * wave, wave).Select(Hash).Order()];
            await runs.AddAsync(hashes, NextName, Cancellation);
            // A planner has not seen the blobs that earlier ones wrote.
            runs = new HashRuns(_store, runs.Names);
        }
        var sizes = new List<int>();
        foreach (var name in runs.Names)
            sizes.Add((await _store.GetHashesAsync(name, Cancellation)).Length);
        Assert.Equal(40 * wave, sizes.Sum());
        Assert.All(sizes, size => Assert.InRange(size, 1, HashRuns.MaxBlobHashes));
        Assert.InRange(sizes.Count, 8, 16);
        // Without merging in levels, each wave would write everything: 40 times 20 waves.
        Assert.InRange(Written, 40 * wave, 6L * 40 * wave);
    }

    [Fact]
    public async Task HashRuns_BlobMissing_ThrowsDamaged()
    {
        var runs = new HashRuns(_store, []);
        await runs.AddAsync([1, 2], NextName, Cancellation);
        await _store.DeleteAsync(runs.Names[0], Cancellation);
        await Assert.ThrowsAsync<DamagedBlobException>(() => runs.MarkAsync([1], new bool[1], Cancellation));
        var again = new HashRuns(_store, runs.Names);
        await Assert.ThrowsAsync<DamagedBlobException>(() => again.AddAsync([3], NextName, Cancellation));
    }

    private static UInt128 Hash(int number) => UrlHash.Of($"http://a/{number}");

    private static Task LookUpAsync(UrlSet set, params string[] urls) =>
        set.LookUpAsync([.. urls.Select(UrlHash.Of).Order()], Cancellation);

    private string NextName() => $"crawls/c/waves/0000/visited-x.{_names++:D4}";
}
