namespace FunctionsCrawler.Browsing;

/// <summary>How long a visit waits for a document to settle. All times count from the end of parsing.</summary>
/// <param name="Parsing">The longest wait for the end of parsing, if that was announced too early.</param>
/// <param name="Quiet">A document has settled when it has not changed for this long.</param>
/// <param name="Usual">The longest wait for a document that has content.</param>
/// <param name="Unfinished">
/// The longest wait for a document that looks unfinished (hardly any text, an empty main part, a progress indicator) while
/// requests or timers are pending.
/// </param>
internal readonly record struct SettleLimits(TimeSpan Parsing, TimeSpan Quiet, TimeSpan Usual, TimeSpan Unfinished)
{
    /// <summary>The limits for a visit with the given time left, half of which stays for reading the document.</summary>
    public static SettleLimits Within(TimeSpan remaining)
    {
        var half = remaining / 2;
        return new(
            half,
            TimeSpan.FromMilliseconds(50),
            Min(TimeSpan.FromSeconds(2), half),
            Min(TimeSpan.FromSeconds(10), half)
        );
    }

    /// <summary>The same limits without any wait once the document has been parsed.</summary>
    public SettleLimits AtOnce() => this with { Usual = TimeSpan.Zero, Unfinished = TimeSpan.Zero };

    /// <summary>What is left after some time has passed; never negative.</summary>
    public SettleLimits After(TimeSpan elapsed) =>
        this with
        {
            Usual = Max(Usual - elapsed, TimeSpan.Zero),
            Unfinished = Max(Unfinished - elapsed, TimeSpan.Zero),
        };

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
