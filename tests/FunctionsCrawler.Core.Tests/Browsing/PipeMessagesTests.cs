using System.Text;
using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Core.Tests.Browsing;

public sealed class PipeMessagesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64 * 1024)]
    [InlineData(10_000_000)]
    public void ReadAll_AnySizesInAnyPieces_ReturnsTheMessagesSent(int piece)
    {
        // Sizes around the initial buffer size, where it must grow, and small ones after a large one, where it shrinks.
        int[] sizes =
            piece == 1
                ? [0, 1, 5, 70_000, 3]
                : [0, 1, 65_535, 65_536, 65_537, 3, 200_000, 5_000_000, 0, 10, 100_000, 7, 7, 7];
        var sent = sizes.Select((size, i) => new string((char)('a' + i), size)).ToList();
        using var stream = new PiecemealStream(
            Encoding.ASCII.GetBytes(string.Concat(sent.Select(m => m + '\0'))),
            piece
        );

        var received = new PipeMessages(stream).ReadAll().Select(m => Encoding.ASCII.GetString(m.Span)).ToList();

        Assert.Equal(sent, received);
    }

    [Fact]
    public void ReadAll_EndsWithinAMessage_DropsIt()
    {
        using var stream = new PiecemealStream("whole\0half"u8.ToArray(), 3);
        Assert.Equal(["whole"], new PipeMessages(stream).ReadAll().Select(m => Encoding.ASCII.GetString(m.Span)));
    }

    /// <summary>Returns at most <paramref name="piece"/> bytes per read, as a pipe does.</summary>
    private sealed class PiecemealStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, piece));
    }
}
