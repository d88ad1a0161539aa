using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using AngleSharp.Dom;

namespace FunctionsCrawler.Selectors;

/// <summary>
/// A CSS selector that is evaluated for all elements of a document in one pass, in time that grows with their number. Immutable
/// and thread-safe.
/// </summary>
/// <remarks>
/// AngleSharp matches one element at a time and backtracks over its ancestors, which takes exponential time on deep documents.
/// Here only the parts between combinators are matched by it. For each element a set of bits says which beginnings of the
/// selector end at it.
/// </remarks>
internal sealed class CssQuery
{
    /// <summary>The maximum length of a selector, in characters.</summary>
    public const int MaxLength = 1024;

    // One bit for each part.
    private const int MaxParts = 32;

    private readonly IReadOnlyList<Chain> _alternatives;

    private CssQuery(string text, IReadOnlyList<Chain> alternatives) => (Text, _alternatives) = (text, alternatives);

    /// <summary>The selector as the user wrote it.</summary>
    public string Text { get; }

    /// <summary>Parses a selector.</summary>
    /// <param name="text">The text to parse.</param>
    /// <param name="query">The selector, or null if the text is invalid.</param>
    /// <param name="fault">What is wrong, in one sentence for the user; null if the text is valid.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out CssQuery? query,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        query = null;
        if (text.Length > MaxLength)
        {
            fault = $"It has {text.Length} characters; a CSS selector has at most {MaxLength}.";
            return false;
        }
        // ParseSelector returns null for most errors and throws for a few.
        ISelector? selector;
        try
        {
            selector = new CssSelectorParser().ParseSelector(text);
        }
        catch (DomException)
        {
            selector = null;
        }
        if (selector is null)
        {
            fault = $"'{text}' is not a valid CSS selector.";
            return false;
        }
        List<Chain> alternatives = [.. (SelectorShape.Of(selector).Alternatives ?? [selector]).Select(Chain.Of)];
        var reason = alternatives.Select(FindFault).FirstOrDefault(f => f is not null);
        fault = reason is null ? null : $"'{text}' is not allowed: {reason}.";
        query = reason is null ? new CssQuery(text, alternatives) : null;
        return reason is null;
    }

    /// <summary>The numbers of all elements that match, in document order.</summary>
    /// <exception cref="SelectionStoppedException">The budget is used up.</exception>
    public IReadOnlyList<int> Select(DocumentIndex document, SelectionBudget budget)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(budget);
        if (_alternatives.Count == 1)
            return _alternatives[0].Select(document, budget);
        var all = new SortedSet<int>();
        foreach (var alternative in _alternatives)
            all.UnionWith(alternative.Select(document, budget));
        return [.. all];
    }

    private static string? FindFault(Chain chain)
    {
        if (chain.Parts.Count > MaxParts)
            return $"it has more than {MaxParts} parts";
        if (chain.Combinators.FirstOrDefault(c => c is not (" " or ">" or "+" or "~")) is { } unknown)
            return $"the combinator '{unknown}' is not supported";
        foreach (var simple in chain.Parts.SelectMany(part => SelectorShape.Of(part).Simples ?? [part]))
        {
            var shape = SelectorShape.Of(simple);
            if (shape.PseudoElementName is { } name)
                return $"'::{name}' is a pseudo-element, which is not part of the document";
            if (shape.PseudoClassText is { } pseudo && PseudoClassCheck.FindFault(pseudo) is { } fault)
                return fault;
        }
        return null;
    }

    /// <summary>Compounds joined by combinators: <c>ul &gt; li.a</c>.</summary>
    private sealed record Chain(IReadOnlyList<ISelector> Parts, IReadOnlyList<string> Combinators)
    {
        public static Chain Of(ISelector selector)
        {
            var shape = SelectorShape.Of(selector);
            return shape.Parts is { } parts ? new Chain(parts, shape.Combinators) : new Chain([selector], []);
        }

        public List<int> Select(DocumentIndex document, SelectionBudget budget)
        {
            // Bit j of a set: the first j + 1 parts match, the last of them this element, one of its ancestors, or one of its
            // siblings so far.
            var (own, above, siblings) = (Rent(document), Rent(document), Rent(document));
            try
            {
                var root = document.ElementAt(0) ?? (document[0] as IDocument)?.DocumentElement;
                var found = new List<int>();
                for (var node = 0; node < document.Count; node++)
                {
                    budget.Spend();
                    var parent = document.ParentOf(node);
                    above[node] = parent < 0 ? 0 : above[parent] | own[parent];
                    // Also set for texts, so that the element after a text finds its last sibling.
                    var previous = document.PreviousOf(node);
                    var before = previous < 0 ? 0 : own[previous];
                    siblings[node] = previous < 0 ? 0 : siblings[previous] | before;
                    if (document.ElementAt(node) is not { } element)
                    {
                        own[node] = before;
                        continue;
                    }
                    own[node] = Match(
                        element,
                        root,
                        new Sets(parent < 0 ? 0 : own[parent], above[node], before, siblings[node]),
                        budget
                    );
                    if ((own[node] & (1u << (Parts.Count - 1))) != 0)
                        found.Add(node);
                }
                return found;
            }
            finally
            {
                ArrayPool<uint>.Shared.Return(own);
                ArrayPool<uint>.Shared.Return(above);
                ArrayPool<uint>.Shared.Return(siblings);
            }
        }

        private uint Match(IElement element, IElement? root, Sets sets, SelectionBudget budget)
        {
            var own = 0u;
            for (var part = 0; part < Parts.Count; part++)
            {
                var reached = part == 0 || (sets.Behind(Combinators[part - 1]) & (1u << (part - 1))) != 0;
                if (!reached)
                    continue;
                budget.Spend();
                if (Parts[part].Match(element, root))
                    own |= 1u << part;
            }
            return own;
        }

        private static uint[] Rent(DocumentIndex document) => ArrayPool<uint>.Shared.Rent(document.Count);
    }

    private readonly record struct Sets(uint Parent, uint Above, uint Before, uint Siblings)
    {
        public uint Behind(string combinator) =>
            combinator switch
            {
                ">" => Parent,
                "+" => Before,
                "~" => Siblings,
                _ => Above,
            };
    }
}
