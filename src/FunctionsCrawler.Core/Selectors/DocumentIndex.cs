using AngleSharp.Dom;

namespace FunctionsCrawler.Selectors;

/// <summary>
/// The elements and texts of a document, numbered in document order, so that each step between neighbours takes constant time
/// and a subtree is a range of numbers. AngleSharp searches the parent's children for each sibling.
/// </summary>
internal sealed class DocumentIndex
{
    private readonly List<INode> _nodes = [];
    private readonly List<int> _parents = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _previous = [];

    /// <summary>Numbers the nodes below and including a document.</summary>
    public DocumentIndex(INode root)
    {
        ArgumentNullException.ThrowIfNull(root);
        Add(root, -1, -1);
    }

    /// <summary>The number of nodes. Node 0 is the document itself.</summary>
    public int Count => _nodes.Count;

    /// <summary>The node with a number.</summary>
    public INode this[int node] => _nodes[node];

    /// <summary>The element with a number; null for the document and for texts.</summary>
    public IElement? ElementAt(int node) => _nodes[node] as IElement;

    /// <summary>The number of the parent; -1 for the document.</summary>
    public int ParentOf(int node) => _parents[node];

    /// <summary>The number after the last node of a subtree.</summary>
    public int EndOf(int node) => _ends[node];

    /// <summary>The sibling before a node, or -1.</summary>
    public int PreviousOf(int node) => _previous[node];

    /// <summary>The sibling after a node, or -1.</summary>
    public int NextOf(int node) =>
        _ends[node] < Count && _parents[_ends[node]] == _parents[node] && node > 0 ? _ends[node] : -1;

    /// <summary>The first child of a node, or -1.</summary>
    public int FirstChildOf(int node) => _ends[node] > node + 1 ? node + 1 : -1;

    // The parser bounds the depth of documents, and thereby this recursion.
    private int Add(INode node, int parent, int previous)
    {
        var number = _nodes.Count;
        _nodes.Add(node);
        _parents.Add(parent);
        _ends.Add(0);
        _previous.Add(previous);
        var (children, last) = (node.ChildNodes, -1);
        for (var i = 0; i < children.Length; i++)
            if (children[i] is IElement or IText)
                last = Add(children[i], number, last);
        _ends[number] = _nodes.Count;
        return number;
    }
}
