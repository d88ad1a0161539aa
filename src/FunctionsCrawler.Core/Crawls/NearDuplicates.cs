using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Finds pages with nearly the same text by their fingerprints. Two fingerprints that differ in at most three bits have at
/// least one of their four 16-bit parts in common, so only pages that share a part are compared.
/// </summary>
internal sealed class NearDuplicates
{
    private const int Parts = 4;
    private const int PartBits = 16;

    // Bounds the time when very many different pages share a part. More than any crawl of a million pages should have.
    private const int MaxCompared = 256;

    private readonly Dictionary<int, List<(ulong Fingerprint, int Page)>> _byPart = [];
    private readonly Dictionary<int, int> _originals = [];

    /// <summary>The number of the earlier page, by the number of each page that nearly repeats it.</summary>
    public IReadOnlyDictionary<int, int> Originals => _originals;

    /// <summary>Adds a page.</summary>
    /// <param name="page">The number of the page. It must be greater than all numbers before it.</param>
    /// <param name="fingerprint">The fingerprint of its text.</param>
    public void Add(int page, ulong fingerprint)
    {
        for (var part = 0; part < Parts; part++)
        {
            foreach (var (other, original) in PagesWith(part, fingerprint).Take(MaxCompared))
            {
                if (TextFingerprint.Distance(other, fingerprint) > TextFingerprint.MaxDistance)
                    continue;
                _originals.Add(page, original);
                return;
            }
        }
        for (var part = 0; part < Parts; part++)
            PagesWith(part, fingerprint).Add((fingerprint, page));
    }

    private List<(ulong Fingerprint, int Page)> PagesWith(int part, ulong fingerprint)
    {
        var value = (int)(fingerprint >> part * PartBits & 0xFFFF);
        var key = part << PartBits | value;
        if (!_byPart.TryGetValue(key, out var pages))
            _byPart.Add(key, pages = []);
        return pages;
    }
}
