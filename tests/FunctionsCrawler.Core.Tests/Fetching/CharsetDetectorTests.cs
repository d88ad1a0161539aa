using System.Text;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class CharsetDetectorTests
{
    static CharsetDetectorTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    // The HTTP header takes precedence over the meta element.
    [InlineData("windows-1251", "Привет", "text/html; charset=windows-1251")]
    [InlineData("windows-1251", "Привет", "text/html; Charset = \"CP1251\"; x=y")]
    [InlineData("windows-1251", "<meta charset=utf-8>Привет", "text/html; charset=windows-1251")]
    [InlineData("utf-16", "Привет", "text/html; charset=utf-16le")]
    // Meta elements that count, and some that do not.
    [InlineData("shift_jis", "<html><head><meta charset='Shift_JIS'><p>日本語", "text/html")]
    [InlineData("shift_jis", "<meta content=\"text/html; charset=sjis\" http-equiv=Content-Type>日本語", "text/html")]
    [InlineData("euc-kr", "<META name=x CHARSET=ks_c_5601-1987 />한국어", null)]
    [InlineData("gb18030", "<!-- <meta charset=utf-8> --><meta charset=gbk>中文", "text/html")]
    [InlineData(
        "windows-1251",
        "<meta name=a content='charset=utf-8'><meta charset=nope><meta charset=cp1251>Да",
        null
    )]
    [InlineData("utf-8", "<meta charset=utf-16>日本語", "text/html")]
    [InlineData("utf-8", "<meta charset=shift_jis>日本語", "text/plain")]
    // An unknown charset in the header is ignored.
    [InlineData("koi8-r", "<meta charset=koi8-r>Привет", "text/html; charset=none")]
    // The XML declaration.
    [InlineData("iso-8859-2", "<?xml version=\"1.0\" encoding=\"iso-8859-2\"?><html>čeština", "application/xhtml+xml")]
    // Without a declaration: UTF-8 if valid, otherwise windows-1252, which "latin1" also means.
    [InlineData("utf-8", "naïve 日本語", "text/html")]
    [InlineData("windows-1252", "naïve “€”", "text/html")]
    [InlineData("windows-1252", "naïve “€”", "text/plain")]
    [InlineData("windows-1252", "<meta charset=latin1>“€”", "text/html")]
    [InlineData("windows-1252", "“€”", "text/html; charset=iso-8859-1")]
    public void Decode_AnyDeclaration_YieldsOriginalText(string encoding, string text, string? contentType) =>
        Assert.Equal(text, CharsetDetector.Decode(Encoding.GetEncoding(encoding).GetBytes(text), contentType));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Decode_ByteOrderMark_TakesPrecedenceAndIsRemoved(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes("<meta charset=koi8-r>日本")];

        Assert.Equal("<meta charset=koi8-r>日本", CharsetDetector.Decode(bytes, "text/html; charset=windows-1251"));
    }

    [Fact]
    public void Decode_MetaBeyond1024Bytes_IsIgnored()
    {
        var text = new string(' ', 1024) + "<meta charset=shift_jis>日本";

        Assert.Equal(text, CharsetDetector.Decode(Encoding.UTF8.GetBytes(text), "text/html"));
    }

    [Fact]
    public void Decode_MislabeledAsUtf8_ReplacesInvalidBytesOnly()
    {
        var bytes = Encoding.Latin1.GetBytes("caf\u00e9 noir");

        Assert.Equal("caf\uFFFD noir", CharsetDetector.Decode(bytes, "text/html; charset=utf-8"));
    }

    [Fact]
    public void Detect_Empty_IsUtf8() => Assert.Equal("utf-8", CharsetDetector.Detect([], null).WebName);

    [Theory]
    [InlineData(" GBK ", "gb18030")]
    [InlineData("ISO_8859-9:1989", "windows-1254")]
    [InlineData("ascii", "windows-1252")]
    [InlineData("big5-hkscs", "big5")]
    [InlineData("iso-8859-8-i", "iso-8859-8-i")]
    [InlineData("euc-jp", "EUC-JP")]
    [InlineData("utf-7", null)]
    [InlineData("utf-32", null)]
    [InlineData("65001", null)]
    public void Resolve_Label_FollowsTheEncodingStandard(string label, string? name) =>
        Assert.Equal(name, EncodingLabels.Resolve(label)?.WebName, ignoreCase: true);
}
