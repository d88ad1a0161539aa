namespace FunctionsCrawler.Core.Tests.Corpus;

/// <summary>How much of a text is right: the longest common subsequence of its words and those expected.</summary>
/// <param name="Precision">The part of the words that belongs there. 1 for a text without words.</param>
/// <param name="Recall">The part of the expected words that the text has, in their order.</param>
internal readonly record struct WordAccuracy(double Precision, double Recall)
{
    // Chinese and Japanese have no spaces, so that a whole sentence would count as one word.
    private const char FirstIdeograph = '\u2e80';
    private const char FirstHangulSyllable = '\uac00';

    public static WordAccuracy Of(IReadOnlyList<string> words, IReadOnlyList<string> expected)
    {
        (words, expected) = (Split(words), Split(expected));
        double common = CommonSubsequence(words, expected);
        return new WordAccuracy(
            words.Count == 0 ? 1 : common / words.Count,
            expected.Count == 0 ? 1 : common / expected.Count
        );
    }

    public static WordAccuracy Average(IEnumerable<WordAccuracy> all)
    {
        var list = all.ToList();
        return new WordAccuracy(list.Average(one => one.Precision), list.Average(one => one.Recall));
    }

    private static string[] Split(IReadOnlyList<string> words) =>
        [
            .. words.SelectMany(word =>
                word.Any(c => c is >= FirstIdeograph and < FirstHangulSyllable)
                    ? word.Select(c => c.ToString())
                    : [word]
            ),
        ];

    public static int CommonSubsequence(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var above = new int[other.Count + 1];
        var current = new int[other.Count + 1];
        foreach (var word in one)
        {
            for (var i = 0; i < other.Count; i++)
                current[i + 1] = word == other[i] ? above[i] + 1 : Math.Max(above[i + 1], current[i]);
            (above, current) = (current, above);
        }
        return above[other.Count];
    }
}
