using System.Globalization;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

internal sealed partial class MarkdownWriter
{
    // CommonMark reads at most nine digits.
    private const int LargestNumber = 999_999_999;

    private void List(IElement list, InlineStyle style)
    {
        var ordered = list.LocalName is "ol";
        var marker = MarkerAfter(_output.ListBefore, ordered);
        var number = NumberOf(list, "start") ?? 1;
        var tight = IsTight(list);
        var items = 0;
        var children = list.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is not IElement { LocalName: "li" } item)
            {
                // Misplaced, as when old generators put a nested list beside its item.
                Node(children[i], style);
                continue;
            }
            if (Visibility.IsHidden(item))
                continue;
            EndParagraph();
            number = NumberOf(item, "value") ?? number;
            if (tight && items++ > 0)
                _output.JoinNext();
            Item(item, ordered ? $"{Math.Clamp(number, 0, LargestNumber)}{marker} " : $"{marker} ", style);
            number++;
            _output.EndList(marker);
        }
    }

    private void Item(IElement item, string marker, InlineStyle style)
    {
        _output.Open(marker, new string(' ', marker.Length));
        var children = item.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IElement child && ElementKinds.IsList(child) && IsTight(child))
            {
                EndParagraph();
                _output.JoinNext();
            }
            Node(children[i], style);
        }
        EndParagraph();
        _output.Close();
    }

    // Terms and definitions become items whose first paragraph is the term: CommonMark has nothing nearer.
    private void DefinitionList(IElement list, InlineStyle style)
    {
        // Unlike lists, neighbours may merge: generators write one dl for each term.
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
                // The standard lets groups be wrapped in div.
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

    // Two lists in a row with one marker would be read as one list.
    private static char MarkerAfter(char marker, bool ordered) =>
        ordered ? (marker == '.' ? ')' : '.') : (marker == '-' ? '+' : '-');

    /// <summary>Whether the items need no blank lines: each is one paragraph, and lists after it.</summary>
    private static bool IsTight(IElement list)
    {
        // Only a list from 1 may follow a paragraph's line directly (CommonMark 5.3).
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
            else if (children[i] is IElement || !string.IsNullOrWhiteSpace(children[i].TextContent))
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
