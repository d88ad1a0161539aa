using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>This part writes shadow roots, with the children of their hosts in the slots.</summary>
internal sealed partial class MarkdownWriter
{
    // In deeper slots children are not written, but behind the shadow root: slots can nest the tree deeper than it was parsed.
    private const int MaxSlotDepth = HtmlExtractor.MaximumDepth / 2;

    private bool _hasShadowRoots;
    private SlottedNodes? _slotted;
    private int _depth;

    private void Host(INode host, IElement root, InlineStyle style)
    {
        var outer = _slotted;
        _slotted = new SlottedNodes(host, root, outer);
        var own = _slotted;
        Children(root, style);
        _slotted = outer;
        // Scripts can put children into slots that have no name in the markup.
        foreach (var node in own.TakeRest())
            Node(node, style);
    }

    private void Slot(IElement slot, InlineStyle style)
    {
        var nodes = _depth <= MaxSlotDepth ? _slotted?.Take(slot.GetAttribute("name") ?? "") : null;
        if (nodes is null)
        {
            Children(slot, style);
            return;
        }
        var own = _slotted;
        _slotted = own!.Outer;
        foreach (var node in nodes)
            Node(node, style);
        _slotted = own;
    }

    private sealed class SlottedNodes
    {
        private readonly Dictionary<string, List<INode>> _nodes = new(StringComparer.Ordinal);

        public SlottedNodes(INode host, IElement root, SlottedNodes? outer)
        {
            Outer = outer;
            var children = host.ChildNodes;
            for (var i = 0; i < children.Length; i++)
            {
                if (children[i] == root || (children[i] is IText text && string.IsNullOrWhiteSpace(text.Data)))
                    continue;
                var name = (children[i] as IElement)?.GetAttribute("slot") ?? "";
                (_nodes.TryGetValue(name, out var list) ? list : _nodes[name] = []).Add(children[i]);
            }
        }

        public SlottedNodes? Outer { get; }

        /// <summary>The nodes for a slot, which the first slot of that name shows; null if there are none.</summary>
        public List<INode>? Take(string name) => _nodes.Remove(name, out var nodes) ? nodes : null;

        public List<INode> TakeRest()
        {
            var rest = _nodes.Values.SelectMany(nodes => nodes).ToList();
            _nodes.Clear();
            return rest;
        }
    }
}
