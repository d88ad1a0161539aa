using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class LzwSizeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(5000)]
    [InlineData(70_000)]
    public void Measure_Encoded_IsTheSizeOfTheContent(int size)
    {
        var random = new Random(size);
        byte[] varied = [.. Enumerable.Range(0, size).Select(_ => (byte)random.Next(7))];
        byte[] uniform = new byte[size];

        Assert.Equal(size, LzwSize.Measure(Encode(varied), long.MaxValue));
        Assert.Equal(size, LzwSize.Measure(Encode(uniform), long.MaxValue));
    }

    [Fact]
    public void Measure_MoreThanAsked_StopsEarly() =>
        Assert.InRange(LzwSize.Measure(Encode(new byte[1_000_000]), 10_000), 10_001, 20_000);

    [Fact]
    public void Measure_AnyBytes_Ends()
    {
        var random = new Random(3);
        var data = new byte[2000];
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(data);
            Assert.InRange(LzwSize.Measure(data, 1_000_000), 0, 1_010_000);
        }
    }

    private static byte[] Encode(byte[] content)
    {
        var output = new List<byte>();
        var (buffer, held) = (0, 0);
        var codes = new Dictionary<(int Prefix, byte Next), int>();
        var (next, width) = (258, 9);
        Write(256);
        var prefix = -1;
        foreach (var value in content)
        {
            if (prefix < 0)
                prefix = value;
            else if (codes.TryGetValue((prefix, value), out var longer))
                prefix = longer;
            else
            {
                Write(prefix);
                if (next < 4095)
                    codes[(prefix, value)] = next;
                next++;
                width = next switch
                {
                    > 2047 => 12,
                    > 1023 => 11,
                    > 511 => 10,
                    _ => 9,
                };
                if (next == 4094)
                {
                    Write(256);
                    codes.Clear();
                    (next, width) = (258, 9);
                }
                prefix = value;
            }
        }
        if (prefix >= 0)
            Write(prefix);
        Write(257);
        output.Add((byte)(buffer << (8 - held)));
        return [.. output];

        void Write(int code)
        {
            (buffer, held) = ((buffer << width) | code, held + width);
            for (; held >= 8; held -= 8)
                output.Add((byte)(buffer >> (held - 8)));
            buffer &= (1 << held) - 1;
        }
    }
}
