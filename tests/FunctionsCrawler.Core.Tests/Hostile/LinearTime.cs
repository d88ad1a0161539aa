using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>
/// Holds readers of foreign documents to linear time: 5 MB take no more than is due to a tenth of it. What they take is to be
/// under 2 s; docs/benchmarks.md has the figures, which the tests print.
/// </summary>
internal static class LinearTime
{
    private const int Length = 5_000_000;
    private const int Looks = 10;

    // No measure of speed: linear time is seconds, however slow the machine is.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    /// <summary>Reads a document that is written for its length, and fails when that takes too long.</summary>
    public static void Holds(string start, string piece, Action<string> read)
    {
        var (small, large) = (Document(start, piece, Length / 10), Document(start, piece, Length));
        read(small);
        var (one, ten) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        // Quadratic time would be a hundred times. A busy machine only ever adds, even to processor time (its caches are
        // shared), so the best of many looks is the truth.
        for (var look = 0; look < Looks && !IsLinear(); look++)
        {
            one = Least(one, Measure(small, read));
            ten = Least(ten, Measure(large, read));
        }
        TestContext.Current.TestOutputHelper?.WriteLine(Figures());
        Assert.True(IsLinear(), Figures());

        bool IsLinear() => ten <= Most && ten.TotalMilliseconds <= Math.Max(one.TotalMilliseconds * 40, 500);

        string Figures() =>
            $"{one.TotalMilliseconds:F0} ms for {small.Length} characters, {ten.TotalMilliseconds:F0} ms for {large.Length}";
    }

    /// <summary>Repeats a piece; {0} in it is a number of its own.</summary>
    public static string Document(string start, string piece, int length)
    {
        var text = new StringBuilder(length + 100).Append(start);
        var format = piece.Contains("{0}", StringComparison.Ordinal) ? piece.Split("{0}") : null;
        for (var i = 0; text.Length < length; i++)
        {
            if (format is null)
                text.Append(piece);
            else
                text.AppendJoin(i.ToString("x", CultureInfo.InvariantCulture), format);
        }
        return text.ToString();
    }

    private static TimeSpan Measure(string document, Action<string> read)
    {
        var start = ThreadClock.Now();
        read(document);
        return ThreadClock.Now() - start;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
