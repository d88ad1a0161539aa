using System.Globalization;
using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Extraction;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class PdfReaderTests
{
    [Fact]
    public void Read_TwoPages_TextInTheirOrderWithTheTitle()
    {
        var pdf = Pdf("/Title (The manual)", Text("First page"), Text("Second page"));

        var read = PdfReader.Read(pdf, new PdfLimits(), TimeProvider.System);

        Assert.Equal(new PdfText("The manual", "First page\n\nSecond page\n"), read);
    }

    [Fact]
    public void Read_CompressedPage_IsRead() =>
        Assert.Equal(
            "Packed\n",
            PdfReader.Read(Pdf("", Deflate(Text("Packed"))), new PdfLimits(), TimeProvider.System).Text
        );

    [Theory]
    [InlineData("")]
    [InlineData("%PDF-1.7\n")]
    [InlineData("<html><body>Not found</body></html>")]
    [InlineData("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>")]
    public void Read_NoDocument_InvalidData(string content)
    {
        var e = Record.Exception(() =>
            PdfReader.Read(Encoding.Latin1.GetBytes(content), new PdfLimits(), TimeProvider.System)
        );

        Assert.True(e is null or InvalidDataException, e?.ToString());
    }

    [Fact]
    public void Read_EveryPrefixAndDamagedByte_TextOrInvalidData()
    {
        var pdf = Pdf("/Title (The manual)", Text("First page"), Deflate(Text("Second page")));
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])pdf.Clone();
            for (var n = random.Next(1, 5); n > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var e = Record.Exception(() =>
                PdfReader.Read(damaged.AsMemory(..random.Next(1, damaged.Length)), new PdfLimits(), TimeProvider.System)
            );
            Assert.True(e is null or InvalidDataException or PdfLimitException, e?.ToString());
        }
    }

    [Fact]
    public void Read_StreamThatExpands_IsRefusedBeforeItIsExpanded()
    {
        // 100 MB of spaces in 100 KB.
        var pdf = Pdf("", Deflate(new string(' ', 100_000_000)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var e = Assert.Throws<PdfLimitException>(() => PdfReader.Read(pdf, new PdfLimits(), TimeProvider.System));

        Assert.Equal("a stream of the PDF has more than 2097152 bytes", e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
    }

    [Fact]
    public void Read_FormDrawnManyTimes_StopsAtTheCharactersOfAPage()
    {
        // 40 million characters from 140 KB.
        var draw = string.Concat(Enumerable.Repeat("/F0 Do ", 20_000));
        var form = Text(new string('a', 2000));

        var e = Assert.Throws<PdfLimitException>(() =>
            PdfReader.Read(Pdf("", form, draw), new PdfLimits { MaxPageGlyphs = 100_000 }, TimeProvider.System)
        );

        Assert.Equal("a page of the PDF draws more than 100000 characters", e.Message);
    }

    [Fact]
    public void Read_EmptyFormDrawnManyTimes_StopsInTime()
    {
        var draw = string.Concat(Enumerable.Repeat("/F0 Do ", 20_000));
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

        var e = Assert.Throws<PdfLimitException>(() =>
            PdfReader.Read(Pdf("", "q Q", draw), new PdfLimits { Duration = TimeSpan.FromSeconds(5) }, time)
        );

        Assert.True(e.IsTimeout);
    }

    [Fact]
    public void Read_LinesAndWords_FollowFromTheirPlaces()
    {
        const string content =
            "BT /F1 10 Tf 72 700 Td (One) Tj 30 0 Td (two) Tj -30 -12 Td (three) Tj 0 -40 Td [(fo) -20 (ur) -500 (five)] TJ ET";

        var read = PdfReader.Read(Pdf("", content), new PdfLimits(), TimeProvider.System);

        Assert.Equal("One two\nthree\n\nfour five\n", read.Text);
    }

    [Fact]
    public void Read_MorePagesThanAllowed_IsRefused()
    {
        var pdf = Pdf("", Text("1"), Text("2"), Text("3"));

        var e = Assert.Throws<PdfLimitException>(() =>
            PdfReader.Read(pdf, new PdfLimits { MaxPages = 2 }, TimeProvider.System)
        );

        Assert.Equal("the PDF has 3 pages; the limit is 2", e.Message);
    }

    [Fact]
    public void Read_MoreTextThanAllowed_IsRefused() =>
        Assert.Throws<PdfLimitException>(() =>
            PdfReader.Read(Pdf("", Text("1234567")), new PdfLimits { MaxCharacters = 5 }, TimeProvider.System)
        );

    [Fact]
    public void Read_TimeIsOver_IsATimeout()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };

        var e = Assert.Throws<PdfLimitException>(() =>
            PdfReader.Read(Pdf("", Text("1")), new PdfLimits { Duration = TimeSpan.Zero }, time)
        );

        Assert.True(e.IsTimeout);
    }

    private static string Text(string text) => $"BT /F1 12 Tf 72 700 Td ({text}) Tj ET";

    private static byte[] Deflate(string content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize))
            zlib.Write(Encoding.Latin1.GetBytes(content));
        return packed.ToArray();
    }

    private static byte[] Pdf(string properties, params object[] contents)
    {
        // The objects: 1 catalog, 2 pages, 3 font, 4 properties, then a content and a page for each. The first content is also
        // a form that the others can draw.
        var objects = new List<byte[]>
        {
            Bytes("<</Type/Catalog/Pages 2 0 R>>"),
            Bytes(
                $"<</Type/Pages/Count {contents.Length}/Kids[{string.Join(' ', contents.Select((_, i) => $"{6 + (2 * i)} 0 R"))}]>>"
            ),
            Bytes("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
            Bytes($"<<{properties}>>"),
        };
        var form = objects.Count + (2 * contents.Length) + 1;
        foreach (var content in contents)
        {
            objects.Add(Stream("", content));
            objects.Add(
                Bytes(
                    $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {objects.Count} 0 R/Resources<</Font<</F1 3 0 R>>/XObject<</F0 {form} 0 R>>>>>>"
                )
            );
        }
        objects.Add(
            Stream("/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>", contents[0])
        );
        using var file = new MemoryStream();
        file.Write("%PDF-1.7\n"u8);
        var offsets = new List<long>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(file.Position);
            file.Write(Bytes($"{i + 1} 0 obj\n"));
            file.Write(objects[i]);
            file.Write("\nendobj\n"u8);
        }
        var start = file.Position;
        file.Write(Bytes($"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n"));
        foreach (var offset in offsets)
            file.Write(Bytes($"{offset.ToString("D10", CultureInfo.InvariantCulture)} 00000 n \n"));
        file.Write(Bytes($"trailer<</Size {objects.Count + 1}/Root 1 0 R/Info 4 0 R>>\nstartxref\n{start}\n%%EOF\n"));
        return file.ToArray();
    }

    private static byte[] Stream(string dictionary, object content)
    {
        var (bytes, filter) = content is byte[] packed ? (packed, "/Filter/FlateDecode") : (Bytes((string)content), "");
        return
        [
            .. Bytes($"<<{dictionary}{filter}/Length {bytes.Length}>>\nstream\n"),
            .. bytes,
            .. Bytes("\nendstream"),
        ];
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
