using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>
/// Holds readers of foreign documents to linear time. What 5 MB take is written to the test's output: it is to be under 2 s,
/// and docs/benchmarks.md has the figures.
/// </summary>
internal static class LinearTime
{
    private const int Length = 5_000_000;

    // Half a million pieces, each of which looks at all before it, would take minutes. Linear time is seconds, however slow
    // the machine and busy its caches.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    /// <summary>Reads a document that is written for its length, and fails when that takes more than any linear time could.</summary>
    public static void Holds(string start, string piece, Action<string> read)
    {
        var document = Document(start, piece, Length);
        var began = ThreadClock.Now();
        read(document);
        var took = ThreadClock.Now() - began;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{took.TotalMilliseconds:F0} ms for {document.Length} characters"
        );
        Assert.True(took <= Most, $"{took} for {document.Length} characters");
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
}
