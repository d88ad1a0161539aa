using System.Globalization;
using System.Text;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>
/// Asserts that parsers of untrusted documents take linear time, by comparing the times for 5 MB and a tenth of it. The goal
/// is under 2 s for 5 MB; the tests print the figures, which docs/benchmarks.md records.
/// </summary>
internal static class LinearTime
{
    private const int Length = 5_000_000;
    private const int MaxMeasurements = 10;

    // Not a performance goal: linear time is a matter of seconds. A machine that needs longer also needs longer for an ordinary
    // document of that length, which takes about a second on a quiet one.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private const int MaxOrdinaryDocuments = 20;

    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(2);

    // Tells how fast the machine is.
    private static readonly Lazy<TimeSpan> Ordinary = new(MeasureOrdinary);

    /// <summary>Generates documents of both sizes, reads them and fails if the time does not grow linearly.</summary>
    public static void AssertHolds(string start, string piece, Action<string> read)
    {
        var (small, large) = (Document(start, piece, Length / 10), Document(start, piece, Length));
        read(small);
        var (one, ten) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        // Quadratic time would be a factor of 100. A busy machine only adds time, even processor time (caches are shared), so
        // take the best of several measurements.
        for (var i = 0; i < MaxMeasurements && !(IsLinear() && IsAffordable()); i++)
        {
            one = Min(one, Measure(small, read));
            ten = Min(ten, Measure(large, read));
        }
        if (ten > Goal)
            Figures.Report(
                $"over the goal of 2 s, an ordinary document takes {Ordinary.Value.TotalSeconds:F1} s: {Shown(start)} {Shown(piece)}…: {Times()}"
            );
        else
            TestContext.Current.TestOutputHelper?.WriteLine(Times());
        Assert.True(IsLinear() && IsAffordable(), Times());

        bool IsLinear() => ten.TotalMilliseconds <= Math.Max(one.TotalMilliseconds * 40, 500);

        bool IsAffordable() => ten <= Limit || ten <= MaxOrdinaryDocuments * MeasureOrdinary();

        string Times() =>
            $"{one.TotalMilliseconds:F0} ms for {small.Length} characters, {ten.TotalMilliseconds:F0} ms for {large.Length}";
    }

    /// <summary>Repeats a piece up to a length. {0} in the piece is replaced by the number of the repetition.</summary>
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

    // Short enough for a line.
    private static string Shown(string text) => (text.Length > 40 ? text[..40] + "…" : text).ReplaceLineEndings("\\n");

    private static TimeSpan MeasureOrdinary()
    {
        var words = string.Concat(Enumerable.Repeat("Some words of an ordinary paragraph. ", 12));
        return Measure(
            Document("", $"<p>{words}<a href='/{{0}}'>A link</a>.</p>\n", Length),
            text => HtmlExtractor.Extract(text, new Uri("https://a.example/"), FullExtraction.WithCss, int.MaxValue)
        );
    }

    private static TimeSpan Measure(string document, Action<string> read)
    {
        var start = ThreadClock.Now();
        read(document);
        return ThreadClock.Now() - start;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
