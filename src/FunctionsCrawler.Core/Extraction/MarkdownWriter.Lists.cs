using System.Globalization;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

internal sealed partial class MarkdownWriter
{
    // CommonMark allows at most nine digits.
    private const int MaxNumber = 999_999_999;

    private void List(IElement list, InlineStyle style)
    {
        var ordered = list.LocalName is "ol";
        var marker = MarkerAfter(_output.ListBefore, ordered);
        var number = NumberOf(list, "start") ?? 1;
        var tight = IsTight(list);
        var items = 0;
        var isOpen = false;
        var children = list.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is not IElement { LocalName: "li" } item)
            {
                // Not allowed here, but old generators put nested lists next to their item instead of inside it.
                if (isOpen)
                    JoinTightList(children[i]);
                Node(children[i], style);
                continue;
            }
            if (Visibility.IsHidden(item))
                continue;
            Close();
            number = NumberOf(item, "value") ?? number;
            if (tight && items++ > 0)
                _output.JoinNext();
            var first = ordered ? $"{Math.Clamp(number, 0, MaxNumber)}{marker} " : $"{marker} ";
            _output.Open(first, new string(' ', first.Length));
            isOpen = true;
            Item(item, style);
            number++;
        }
        Close();

        void Close()
        {
            EndParagraph();
            if (isOpen)
            {
                _output.Close();
                _output.EndList(marker);
            }
            isOpen = false;
        }
    }

    private void Item(IElement item, InlineStyle style)
    {
        var children = item.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            JoinTightList(children[i]);
            Node(children[i], style);
        }
        EndParagraph();
    }

    private void JoinTightList(INode node)
    {
        if (node is not IElement child || !ElementKinds.IsList(child) || !IsTight(child))
            return;
        EndParagraph();
        _output.JoinNext();
    }

    // CommonMark has no definition lists. Each term becomes a list item, followed by its definitions as paragraphs.
    private void DefinitionList(IElement list, InlineStyle style)
    {
        // Always the same marker, so that adjacent dl elements merge: some generators write one dl per term.
        const char marker = '-';
        var isInItem = false;
        var isInDefinition = false;
        Entries(list);
        CloseItem();

        void Entries(IElement parent)
        {
            var children = parent.ChildNodes;
            for (var i = 0; i < children.Length; i++)
            {
                var child = children[i] as IElement;
                // The HTML standard allows groups to be wrapped in div.
                if (child is { LocalName: "div" } && !Visibility.IsHidden(child))
                {
                    EndParagraph();
                    Entries(child);
                    EndParagraph();
                    continue;
                }
                if (child is { LocalName: "dt" or "dd" })
                    BeginEntry(child);
                Node(children[i], style);
            }
        }

        void BeginEntry(IElement entry)
        {
            EndParagraph();
            var isTerm = entry.LocalName is "dt";
            if (isTerm && isInDefinition)
                CloseItem();
            if (!isInItem)
                _output.Open($"{marker} ", "  ");
            isInItem = true;
            isInDefinition = !isTerm;
        }

        void CloseItem()
        {
            EndParagraph();
            if (isInItem)
            {
                _output.Close();
                _output.EndList(marker);
            }
            isInItem = false;
        }
    }

    // Two adjacent lists with the same marker would be parsed as one list.
    private static char MarkerAfter(char marker, bool ordered) =>
        ordered ? (marker == '.' ? ')' : '.') : (marker == '-' ? '+' : '-');

    /// <summary>
    /// Whether items can be written without blank lines: each is a single paragraph, optionally followed by lists.
    /// </summary>
    private static bool IsTight(IElement list)
    {
        // Only an ordered list that starts at 1 can directly follow a paragraph (CommonMark 5.3).
        if (list.LocalName is "ol" && (NumberOf(list, "start") ?? 1) != 1)
            return false;
        var children = list.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IElement { LocalName: "li" } item)
            {
                if (!IsTightItem(item))
                    return false;
            }
            else if (
                children[i] is IElement child
                    ? !ElementKinds.IsList(child)
                    : children[i] is IText text && !string.IsNullOrWhiteSpace(text.Data)
            )
                return false;
        }
        return true;
    }

    private static bool IsTightItem(IElement item)
    {
        if (item.HasAttribute("value"))
            return false;
        bool hasText = false,
            hasBlock = false;
        var children = item.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text && string.IsNullOrWhiteSpace(text.Data) || children[i] is IComment)
                continue;
            if (children[i] is IElement child && ElementKinds.IsBlock(child))
            {
                if (!ElementKinds.IsList(child) && (hasText || hasBlock || child.LocalName is not "p"))
                    return false;
                hasBlock = true;
                continue;
            }
            if (hasBlock)
                return false;
            hasText = true;
        }
        return true;
    }

    private static int? NumberOf(IElement element, string attribute) =>
        int.TryParse(
            element.GetAttribute(attribute),
            NumberStyles.Integer,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
