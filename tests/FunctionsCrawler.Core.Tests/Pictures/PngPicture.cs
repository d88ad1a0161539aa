using System.Buffers.Binary;
using System.IO.Compression;

namespace FunctionsCrawler.Core.Tests.Pictures;

/// <summary>
/// The pixels of a PNG file (W3C PNG, third edition) as Chromium writes it: 8 bits for each of the channels red, green, blue, and
/// alpha if there is one, without interlacing.
/// </summary>
internal sealed class PngPicture
{
    private const int HeaderSize = 8;

    private readonly byte[] _samples;
    private readonly int _channels;

    private PngPicture(int width, int height, int channels, byte[] samples) =>
        (Width, Height, _channels, _samples) = (width, height, channels, samples);

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not a PNG file of the supported kind.</exception>
    public static PngPicture Read(ReadOnlySpan<byte> file)
    {
        var (width, height, channels) = (0, 0, 0);
        using var packed = new MemoryStream();
        for (var at = HeaderSize; at < file.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            var type = file.Slice(at + 4, 4);
            var data = file.Slice(at + 8, length);
            if (type.SequenceEqual("IHDR"u8))
                (width, height, channels) = ReadHeader(data);
            else if (type.SequenceEqual("IDAT"u8))
                packed.Write(data);
            // Length, type and checksum.
            at += length + 12;
        }
        packed.Position = 0;
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        return new PngPicture(width, height, channels, ReadRows(rows, width * channels, height, channels));
    }

    /// <summary>The number of pixels in which one channel differs by more than a tolerance from another picture of this size.</summary>
    public int CountDifferences(PngPicture other, int tolerance)
    {
        var count = 0;
        for (var pixel = 0; pixel < Width * Height; pixel++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var (own, others) = (
                    _samples[pixel * _channels + channel],
                    other._samples[pixel * other._channels + channel]
                );
                if (Math.Abs(own - others) <= tolerance)
                    continue;
                count++;
                break;
            }
        }
        return count;
    }

    private static (int Width, int Height, int Channels) ReadHeader(ReadOnlySpan<byte> data)
    {
        const byte colors = 2;
        const byte colorsWithAlpha = 6;
        if (data[8] != 8 || data[9] is not (colors or colorsWithAlpha) || data[12] != 0)
            throw new InvalidDataException($"depth {data[8]}, colour type {data[9]}, interlace method {data[12]}");
        return (
            BinaryPrimitives.ReadInt32BigEndian(data),
            BinaryPrimitives.ReadInt32BigEndian(data[4..]),
            data[9] == colors ? 3 : 4
        );
    }

    // Each row begins with the number of its filter, which says from which neighbours its bytes are predicted.
    private static byte[] ReadRows(Stream rows, int rowSize, int height, int channels)
    {
        var samples = new byte[rowSize * height];
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            rows.ReadExactly(samples, y * rowSize, rowSize);
            for (var x = 0; x < rowSize; x++)
            {
                int left = x < channels ? 0 : samples[y * rowSize + x - channels];
                int up = y == 0 ? 0 : samples[(y - 1) * rowSize + x];
                int upLeft = x < channels || y == 0 ? 0 : samples[(y - 1) * rowSize + x - channels];
                var predicted = filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, upLeft),
                    _ => throw new InvalidDataException($"filter {filter}"),
                };
                samples[y * rowSize + x] += (byte)predicted;
            }
        }
        return samples;
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        var estimate = left + up - upLeft;
        var (toLeft, toUp, toUpLeft) = (
            Math.Abs(estimate - left),
            Math.Abs(estimate - up),
            Math.Abs(estimate - upLeft)
        );
        return toLeft <= toUp && toLeft <= toUpLeft ? left
            : toUp <= toUpLeft ? up
            : upLeft;
    }
}
