using System.Buffers.Binary;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Reads the size of a picture from its header.</summary>
internal static class PictureSize
{
    public static (int Width, int Height) Of(PageCapture picture)
    {
        var bytes = picture.Content.Span;
        return picture.ContentType switch
        {
            "image/png" => OfPng(bytes),
            "image/jpeg" => OfJpeg(bytes),
            _ => OfWebp(bytes),
        };
    }

    private static (int, int) OfPng(ReadOnlySpan<byte> bytes)
    {
        Assert.True(bytes[1..].StartsWith("PNG"u8));
        return (BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]));
    }

    // The first frame header: markers C0 to C2.
    private static (int, int) OfJpeg(ReadOnlySpan<byte> bytes)
    {
        Assert.True(bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]));
        var at = 2;
        while (bytes[at + 1] is not (0xC0 or 0xC1 or 0xC2))
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        return (
            BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..])
        );
    }

    private static (int, int) OfWebp(ReadOnlySpan<byte> bytes)
    {
        Assert.True(bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBPVP8"u8));
        if (bytes[15] == 'X')
            return (Read24(bytes[24..]) + 1, Read24(bytes[27..]) + 1);
        if (bytes[15] == 'L')
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            return ((int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1);
        }
        return (
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF
        );
    }

    private static int Read24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}
