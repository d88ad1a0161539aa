using System.Text;
using System.Xml;
using System.Xml.XPath;
using AngleSharp.Dom;

namespace FunctionsCrawler.Selectors;

/// <summary>
/// Lets System.Xml.XPath move over a document. Each move takes a step from the budget, which ends expressions such as
/// <c>//*[count(//*) > 1]</c> on large documents.
/// </summary>
internal sealed class IndexNavigator : XPathNavigator
{
    // Reading this many characters of text counts as one step.
    private const int CharactersPerStep = 64;

    private readonly DocumentIndex _document;
    private readonly SelectionBudget _budget;
    private readonly NameTable _names;
    private int _node;

    // The attribute of the current element, or -1.
    private int _attribute = -1;

    /// <summary>Creates a navigator that stands on a node.</summary>
    public IndexNavigator(DocumentIndex document, SelectionBudget budget, int node = 0)
        : this(document, budget, new NameTable(), node) { }

    private IndexNavigator(DocumentIndex document, SelectionBudget budget, NameTable names, int node) =>
        (_document, _budget, _names, _node) = (document, budget, names, node);

    /// <summary>The number of the current element or text; null on an attribute or the document.</summary>
    public int? Node => _attribute < 0 && _node > 0 ? _node : null;

    /// <inheritdoc/>
    public override string BaseURI => "";

    /// <inheritdoc/>
    public override bool IsEmptyElement => _attribute < 0 && _document.FirstChildOf(_node) < 0;

    /// <inheritdoc/>
    public override string LocalName =>
        _attribute >= 0 ? Attribute.LocalName
        : _document.ElementAt(_node) is { } element ? element.LocalName
        : "";

    /// <inheritdoc/>
    public override string Name => LocalName;

    /// <inheritdoc/>
    public override string NamespaceURI => "";

    /// <inheritdoc/>
    public override XmlNameTable NameTable => _names;

    /// <inheritdoc/>
    public override XPathNodeType NodeType =>
        _attribute >= 0 ? XPathNodeType.Attribute
        : _node == 0 ? XPathNodeType.Root
        : _document[_node] is IText ? XPathNodeType.Text
        : XPathNodeType.Element;

    /// <inheritdoc/>
    public override string Prefix => "";

    /// <inheritdoc/>
    public override string Value
    {
        get
        {
            if (_attribute >= 0)
                return Spend(Attribute.Value);
            if (_document[_node] is IText text)
                return Spend(text.Data);
            var value = new StringBuilder();
            for (var node = _node + 1; node < _document.EndOf(_node); node++)
            {
                _budget.Spend();
                if (_document[node] is IText inner)
                    value.Append(Spend(inner.Data));
            }
            return value.ToString();
        }
    }

    private IAttr Attribute => _document.ElementAt(_node)!.Attributes[_attribute]!;

    /// <inheritdoc/>
    public override XPathNavigator Clone()
    {
        _budget.Spend();
        return new IndexNavigator(_document, _budget, _names, _node) { _attribute = _attribute };
    }

    /// <inheritdoc/>
    public override bool IsSamePosition(XPathNavigator other) =>
        other is IndexNavigator navigator && navigator._node == _node && navigator._attribute == _attribute;

    /// <inheritdoc/>
    public override XmlNodeOrder ComparePosition(XPathNavigator? nav)
    {
        _budget.Spend();
        if (nav is not IndexNavigator other)
            return XmlNodeOrder.Unknown;
        var order = (_node, _attribute).CompareTo((other._node, other._attribute));
        return order == 0 ? XmlNodeOrder.Same
            : order < 0 ? XmlNodeOrder.Before
            : XmlNodeOrder.After;
    }

    /// <inheritdoc/>
    public override bool MoveTo(XPathNavigator other)
    {
        if (other is not IndexNavigator navigator)
            return false;
        return Move(navigator._node, navigator._attribute);
    }

    /// <inheritdoc/>
    public override bool MoveToFirstAttribute() =>
        _attribute < 0 && _document.ElementAt(_node) is { Attributes.Length: > 0 } && Move(_node, 0);

    /// <inheritdoc/>
    public override bool MoveToNextAttribute() =>
        _attribute >= 0
        && _attribute + 1 < _document.ElementAt(_node)!.Attributes.Length
        && Move(_node, _attribute + 1);

    /// <inheritdoc/>
    public override bool MoveToFirstChild() => _attribute < 0 && Move(_document.FirstChildOf(_node));

    /// <inheritdoc/>
    public override bool MoveToNext() => _attribute < 0 && Move(_document.NextOf(_node));

    /// <inheritdoc/>
    public override bool MoveToPrevious() => _attribute < 0 && Move(_document.PreviousOf(_node));

    /// <inheritdoc/>
    public override bool MoveToParent() => Move(_attribute >= 0 ? _node : _document.ParentOf(_node));

    /// <inheritdoc/>
    public override bool MoveToFirstNamespace(XPathNamespaceScope namespaceScope) => false;

    /// <inheritdoc/>
    public override bool MoveToNextNamespace(XPathNamespaceScope namespaceScope) => false;

    /// <inheritdoc/>
    public override bool MoveToId(string id) => false;

    private bool Move(int node, int attribute = -1)
    {
        _budget.Spend();
        if (node < 0)
            return false;
        (_node, _attribute) = (node, attribute);
        return true;
    }

    private string Spend(string text)
    {
        _budget.Spend((text.Length / CharactersPerStep) + 1);
        return text;
    }
}
