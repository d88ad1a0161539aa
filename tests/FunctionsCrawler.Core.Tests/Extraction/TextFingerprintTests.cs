using System.Globalization;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class TextFingerprintTests
{
    [Fact]
    public void Of_SameWordsInOtherMarkup_IsTheSame() =>
        Assert.Equal(
            TextFingerprint.Of(Text(1)),
            TextFingerprint.Of("# " + Text(1).Replace(" ", "  *\n", StringComparison.Ordinal))
        );

    // Stored: an earlier crawl's pages are compared with those of a later version.
    [Theory]
    [InlineData(40, 2819544711555842236)]
    [InlineData(257, 2931937612704680647)]
    [InlineData(3000, 3900177867026597944)]
    public void Of_Text_IsTheSameInEveryVersion(int words, ulong expected) =>
        Assert.Equal(expected, TextFingerprint.Of(Text(7, words)));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Distance_OneWordOfManyDiffers_IsSmall(int seed)
    {
        var text = Text(seed, words: 1000);
        var other = text.Insert(text.Length / 2, " another ");
        Assert.InRange(Distance(text, other), 0, TextFingerprint.MaxDistance);
    }

    [Fact]
    public void Distance_OtherTexts_IsLarge()
    {
        var texts = Enumerable.Range(0, 60).Select(seed => TextFingerprint.Of(Text(seed))!.Value).ToList();
        for (var i = 0; i < texts.Count; i++)
        for (var k = 0; k < i; k++)
            Assert.True(TextFingerprint.Distance(texts[i], texts[k]) > TextFingerprint.MaxDistance + 5);
    }

    [Fact]
    public void Distance_SameWordsInOtherOrder_IsLarge()
    {
        var words = Text(1).Split(' ');
        Assert.True(Distance(Text(1), string.Join(' ', words.Reverse())) > TextFingerprint.MaxDistance);
    }

    [Theory]
    [InlineData("")]
    [InlineData("only a few words")]
    [InlineData("\ud800\udbff\u0000")]
    public void Of_ShortText_IsNull(string text) => Assert.Null(TextFingerprint.Of(text));

    [Fact]
    public void Of_TextThatRepeatsOneWord_IsNull() =>
        Assert.Null(TextFingerprint.Of(string.Join(' ', Enumerable.Repeat("again", 10_000))));

    [Fact]
    public void Of_TextWithoutSpaces_CountsCharacters()
    {
        var text = string.Concat(Enumerable.Range(0, 300).Select(i => (char)('\u4E00' + (i * 7))));
        var other = text.Insert(150, "\u3042");
        Assert.NotNull(TextFingerprint.Of(text));
        Assert.InRange(Distance(text, other), 0, 8);
    }

    private static int Distance(string one, string other) =>
        TextFingerprint.Distance(TextFingerprint.Of(one)!.Value, TextFingerprint.Of(other)!.Value);

    // Words from a small vocabulary, as in real texts.
    private static string Text(int seed, int words = 200)
    {
        var random = new Random(seed);
        return string.Join(
            ' ',
            Enumerable.Range(0, words).Select(_ => "w" + random.Next(500).ToString(CultureInfo.InvariantCulture))
        );
    }
}
