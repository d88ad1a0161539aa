using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Extraction.Schema;

/// <summary>A CSS selector or an XPath of a schema. Compared by reference. Immutable and thread-safe.</summary>
internal sealed class ElementSelector
{
    private readonly CssQuery? _css;
    private readonly XPathQuery? _xpath;

    private ElementSelector(CssQuery? css, XPathQuery? xpath) => (_css, _xpath) = (css, xpath);

    /// <summary>Parses a valid selector.</summary>
    /// <exception cref="ArgumentException">It is invalid.</exception>
    public static ElementSelector Parse(string text, SelectorKind kind)
    {
        string? fault;
        if (kind == SelectorKind.Css && CssQuery.TryParse(text, out var css, out fault))
            return new ElementSelector(css, null);
        fault = null;
        if (kind == SelectorKind.Xpath && XPathQuery.TryParse(text, out var xpath, out fault))
            return new ElementSelector(null, xpath);
        throw new ArgumentException(fault ?? $"'{text}' is not a valid selector", nameof(text));
    }

    /// <summary>What the selector selects inside a node, in document order.</summary>
    /// <exception cref="SelectionStoppedException">The budget is used up.</exception>
    public IEnumerable<Selected> Select(Matches matches, int node)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return _xpath?.Select(matches.Document, node, matches.Budget)
            ?? matches.Of(_css!, node).Select(element => new Selected(element, null));
    }
}

/// <summary>The elements of one document that CSS selectors match. Each selector is evaluated once, for all items.</summary>
/// <param name="document">The document.</param>
/// <param name="budget">Bounds the work of all selectors.</param>
internal sealed class Matches(DocumentIndex document, SelectionBudget budget)
{
    private readonly ConditionalWeakTable<CssQuery, List<int>> _found = [];

    /// <summary>The document.</summary>
    public DocumentIndex Document => document;

    /// <summary>Bounds the work of all selectors.</summary>
    public SelectionBudget Budget => budget;

    /// <summary>The elements below a node that match, in document order.</summary>
    public IEnumerable<int> Of(CssQuery query, int node)
    {
        var all = _found.GetValue(query, q => [.. q.Select(document, budget)]);
        var first = all.BinarySearch(node + 1);
        for (var i = first < 0 ? ~first : first; i < all.Count && all[i] < document.EndOf(node); i++)
        {
            budget.Spend();
            yield return all[i];
        }
    }
}
