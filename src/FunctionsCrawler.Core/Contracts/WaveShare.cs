namespace FunctionsCrawler.Contracts;

/// <summary>
/// Which part of the whole crawl a wave is, by estimate. Each wave gets a share of what the waves before it have left, so the
/// progress never falls, however much the frontier grows.
/// </summary>
/// <param name="From">The part of the crawl that is done before the wave, in hundredths of a percent.</param>
/// <param name="To">The part that is done after it.</param>
/// <param name="Planned">The number of URLs in the wave.</param>
/// <param name="Before">The number of records of all earlier waves.</param>
internal sealed record WaveShare(int From, int To, int Planned, int Before)
{
    /// <summary>The whole crawl.</summary>
    public const int Whole = 10_000;

    /// <summary>The part of the crawl that is done, in hundredths of a percent.</summary>
    /// <param name="records">The number of all records so far.</param>
    public int At(int records)
    {
        var done = Math.Clamp(records - Before, 0, Planned);
        return Planned == 0 ? From : From + (int)((long)(To - From) * done / Planned);
    }
}
