using System.Text;

namespace FunctionsCrawler.Extraction.Relevance;

/// <summary>
/// Selects the blocks of a Markdown text that match a query best, by BM25 (S. Robertson, H. Zaragoza: The Probabilistic
/// Relevance Framework, 2009). A block also has the terms of the headings above it.
/// </summary>
internal static class RelevantBlocks
{
    /// <summary>The maximum length of the result, in characters.</summary>
    public const int MaxLength = 8000;

    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;

    // A block that matches much worse than the best one is noise.
    private const double LeastShare = 0.25;

    /// <summary>The matching blocks in document order, below their headings. Empty if none matches.</summary>
    public static string Select(string markdown, string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var terms = SearchTerms.Of(query).ToHashSet(StringComparer.Ordinal);
        var blocks = MarkdownBlocks.Split(markdown);
        var scores = Score(blocks, terms);
        var best = scores.DefaultIfEmpty(0).Max();
        if (best <= 0)
            return "";
        var chosen = new SortedSet<int>();
        var length = 0;
        var ranked = Enumerable
            .Range(0, blocks.Count)
            .Where(block => scores[block] >= best * LeastShare)
            .OrderByDescending(block => scores[block])
            .ThenBy(block => block);
        foreach (var block in ranked)
        {
            // A heading alone says little; the blocks below it have its terms as well.
            List<int> added = [.. blocks[block].Headings.Append(block).Where(b => !chosen.Contains(b))];
            var more = added.Sum(b => blocks[b].Text.Length + 2);
            if (chosen.Count > 0 && length + more > MaxLength)
                continue;
            chosen.UnionWith(added);
            length += more;
        }
        return Write(chosen.Select(block => blocks[block].Text));
    }

    private static double[] Score(IReadOnlyList<MarkdownBlock> blocks, HashSet<string> terms)
    {
        var counts = new Dictionary<string, int>[blocks.Count];
        var lengths = new int[blocks.Count];
        for (var i = 0; i < blocks.Count; i++)
            (counts[i], lengths[i]) = Count(blocks[i].Text, terms);
        var blocksWith = new Dictionary<string, int>(StringComparer.Ordinal);
        var inHeadings = blocks
            .Select(block => block.Headings.SelectMany(h => counts[h].Keys).ToHashSet(StringComparer.Ordinal))
            .ToList();
        for (var i = 0; i < blocks.Count; i++)
            foreach (var term in counts[i].Keys.Union(inHeadings[i], StringComparer.Ordinal))
                blocksWith[term] = blocksWith.GetValueOrDefault(term) + 1;
        var used = RareTerms(blocksWith, blocks.Count);
        var average = Math.Max(1, lengths.DefaultIfEmpty(0).Average());
        var scores = new double[blocks.Count];
        for (var i = 0; i < blocks.Count; i++)
        {
            // Headings appear in the result with the blocks below them, and count only if there are none.
            var hasContent = blocks[i].Level == 0 || i + 1 == blocks.Count || !blocks[i + 1].Headings.Contains(i);
            if (!hasContent)
                continue;
            foreach (var term in counts[i].Keys.Union(inHeadings[i], StringComparer.Ordinal).Where(used.Contains))
            {
                double frequency = counts[i].GetValueOrDefault(term) + (inHeadings[i].Contains(term) ? 1 : 0);
                var rarity = Math.Log(1 + ((blocks.Count - blocksWith[term] + 0.5) / (blocksWith[term] + 0.5)));
                var norm = Saturation * (1 - LengthWeight + (LengthWeight * lengths[i] / average));
                scores[i] += rarity * frequency * (Saturation + 1) / (frequency + norm);
            }
        }
        return scores;
    }

    // Words that are in every fourth block say nothing about a page ("the", or its subject), if the query has others.
    private static HashSet<string> RareTerms(Dictionary<string, int> blocksWith, int blocks)
    {
        var rare = blocksWith
            .Where(term => term.Value * 4 <= Math.Max(blocks, 8))
            .Select(term => term.Key)
            .ToHashSet(StringComparer.Ordinal);
        return rare.Count > 0 ? rare : [.. blocksWith.Keys];
    }

    private static (Dictionary<string, int> Counts, int Length) Count(string text, HashSet<string> terms)
    {
        var (counts, length) = (new Dictionary<string, int>(StringComparer.Ordinal), 0);
        foreach (var term in SearchTerms.Of(text))
        {
            length++;
            if (terms.Contains(term))
                counts[term] = counts.GetValueOrDefault(term) + 1;
        }
        return (counts, length);
    }

    private static string Write(IEnumerable<string> blocks)
    {
        var text = new StringBuilder();
        foreach (var block in blocks)
        {
            if (text.Length > 0)
                text.Append('\n');
            text.Append(block).Append('\n');
        }
        if (text.Length <= MaxLength)
            return text.ToString();
        // Only the best block alone can be longer. It ends at a line where possible.
        var cut = text.ToString(0, MaxLength - 2);
        var line = cut.LastIndexOf('\n');
        if (line < MaxLength / 2)
            line = cut.Length - (char.IsHighSurrogate(cut[^1]) ? 1 : 0);
        return string.Concat(cut.AsSpan(0, line), "…\n");
    }
}
