using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>Any bytes sent to the proxy, in any slices, yield a target, a refusal or the end of the stream.</summary>
public sealed class SocksProperties
{
    private static readonly byte[][] Samples =
    [
        [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 80],
        [5, 2, 0, 2, 5, 1, 0, 3, 9, .. "a.example"u8, 1, 187],
        [5, 1, 0, 5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80],
        [5, 1, 2],
        [4, 1, 0, 80, 127, 0, 0, 1, 0],
    ];

    [Fact]
    public void Read_AnyBytesInAnySlices_EndsInOneOfThreeWays()
    {
        var edits =
            from place in Gen.Choose(0, 24)
            from value in Gen.OneOf(Gen.Choose(0, 5), Gen.Choose(0, 255))
            select (place, value);
        var mutated =
            from sample in Gen.Elements(Samples)
            from changes in edits.ListOf()
            from length in Gen.Frequency((3, Gen.Constant(int.MaxValue)), (1, Gen.Choose(0, sample.Length)))
            from more in Gen.Elements<byte[]>([], [1, 2, 3], new byte[300])
            select changes
                .Aggregate(
                    sample.ToArray(),
                    (bytes, change) =>
                    {
                        bytes[change.place % bytes.Length] = (byte)change.value;
                        return bytes;
                    }
                )
                .Concat(more)
                .Take(length)
                .ToArray();
        var bytes = Gen.OneOf(mutated, ArbMap.Default.GeneratorFor<byte[]>().Where(any => any is not null));
        var slices = Gen.Choose(1, 7).NonEmptyListOf();

        Prop.ForAll(
                bytes.ToArbitrary(),
                slices.ToArbitrary(),
                (sent, sizes) =>
                {
                    var (end, response) = Outcome(sent, [.. sizes]);
                    var whole = Outcome(sent, [int.MaxValue]);
                    return end == whole.End && response.SequenceEqual(whole.Response);
                }
            )
            .Check(Mutations.Thorough);
    }

    private static (string End, byte[] Response) Outcome(byte[] sent, int[] slices)
    {
        using var client = new SlicedStream(sent, slices);
        var reading = SocksHandshake.ReadAsync(client, CancellationToken.None);

        // The stream always completes synchronously, so a pending read would never end.
        Assert.True(reading.IsCompleted);
        if (reading.IsFaulted)
        {
            Assert.IsType<EndOfStreamException>(reading.Exception.InnerException);
            return ("end of stream", client.Response);
        }
        if (reading.GetAwaiter().GetResult() is not { } target)
            return ("refused", client.Response);
        Assert.NotEmpty(target.Host);
        Assert.InRange(target.Port, 0, 65535);
        return (target.ToString(), client.Response);
    }

    /// <summary>Returns its bytes in slices of the given sizes, cyclically, and records what is written to it.</summary>
    private sealed class SlicedStream(byte[] bytes, int[] slices) : MemoryStream
    {
        private readonly List<byte> _response = [];
        private int _read;
        private int _slice;

        public byte[] Response => [.. _response];

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(buffer.Length, bytes.Length - _read), slices[_slice++ % slices.Length]);
            bytes.AsMemory(_read, count).CopyTo(buffer);
            _read += count;
            return ValueTask.FromResult(count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _response.AddRange(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
