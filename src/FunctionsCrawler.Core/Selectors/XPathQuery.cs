using System.Diagnostics.CodeAnalysis;
using System.Xml.XPath;
using AngleSharp.Html.Parser;

namespace FunctionsCrawler.Selectors;

/// <summary>An XPath 1.0 expression. Immutable and thread-safe.</summary>
internal sealed class XPathQuery
{
    /// <summary>The maximum length of an expression, in characters.</summary>
    public const int MaxLength = 1024;

    // The compiler and the evaluation recurse into brackets and parentheses.
    private const int MaxNesting = 32;

    private static readonly DocumentIndex Empty = new(new HtmlParser().ParseDocument(""));

    private readonly XPathExpression _expression;

    private XPathQuery(string text, XPathExpression expression) => (Text, _expression) = (text, expression);

    /// <summary>The expression as the user wrote it.</summary>
    public string Text { get; }

    /// <summary>Whether the expression can select elements, rather than compute a text, number or truth value.</summary>
    public bool SelectsNodes => _expression.ReturnType == XPathResultType.NodeSet;

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The text to parse.</param>
    /// <param name="query">The expression, or null if the text is invalid.</param>
    /// <param name="fault">What is wrong, in one sentence for the user; null if the text is valid.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out XPathQuery? query,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        (query, fault) = (null, null);
        if (text.Length > MaxLength)
            fault = $"It has {text.Length} characters; an XPath has at most {MaxLength}.";
        else if (text.Count(c => c is '(' or '[') > MaxNesting)
            fault = $"'{text}' is not allowed: it has more than {MaxNesting} brackets and parentheses.";
        else
        {
            try
            {
                query = new XPathQuery(text, XPathExpression.Compile(text));
                // Unknown functions, variables and prefixes are found only by an evaluation.
                _ = query.Select(Empty, 0, new SelectionBudget()).Count();
            }
            catch (Exception e) when (e is XPathException or ArgumentException)
            {
                query = null;
                fault = $"'{text}' is not a valid XPath 1.0 expression: {e.Message}";
            }
        }
        return query is not null;
    }

    /// <summary>Evaluates the expression at a node.</summary>
    /// <returns>Nodes in document order, or one computed value.</returns>
    /// <exception cref="SelectionStoppedException">The budget is used up.</exception>
    public IEnumerable<Selected> Select(DocumentIndex document, int node, SelectionBudget budget)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(budget);
        // An expression holds the state of its evaluation.
        var expression = _expression.Clone();
        switch (new IndexNavigator(document, budget, node).Evaluate(expression))
        {
            case XPathNodeIterator nodes:
                foreach (var item in nodes)
                {
                    if (item is not IndexNavigator found)
                        continue;
                    yield return found.Node is { } number && document.ElementAt(number) is not null
                        ? new Selected(number, null)
                        : new Selected(-1, found.Value);
                }
                break;
            case string text:
                yield return new Selected(-1, text);
                break;
            case bool truth:
                yield return new Selected(-1, truth ? "true" : "false");
                break;
            case double number when !double.IsNaN(number):
                yield return new Selected(-1, number.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
                break;
        }
    }
}

/// <summary>What a selector selected: an element, or the text of an attribute, a text or a computed value.</summary>
/// <param name="Node">The number of the element; -1 for a text.</param>
/// <param name="Text">The text; null for an element.</param>
internal readonly record struct Selected(int Node, string? Text);
