using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Tells form controls that show content from those that wait for input: boxes of task lists and comparison tables, and
/// read-only fields, which hold commands to copy.
/// </summary>
internal static class FormControls
{
    /// <summary>Whether a control is written.</summary>
    public static bool IsContent(IElement control) =>
        control.LocalName is "textarea"
            ? control.HasAttribute("readonly") && control.TextContent.Length > 0
            : MarkOf(control) is not null || ValueOf(control) is not null;

    /// <summary>The state of a box that is content; null for any other control.</summary>
    public static string? MarkOf(IElement control)
    {
        var type = control.GetAttribute("type") ?? "";
        var isBox = type.Equals("checkbox", StringComparison.OrdinalIgnoreCase);
        if (!isBox && !type.Equals("radio", StringComparison.OrdinalIgnoreCase))
            return null;
        if (!control.HasAttribute("disabled") && !IsInTaskOrCell(control))
            return null;
        var isSet = control.HasAttribute("checked");
        return isBox ? (isSet ? "[x]" : "[ ]") : (isSet ? "(x)" : "( )");
    }

    /// <summary>The value of a read-only field; null for any other control.</summary>
    public static string? ValueOf(IElement control) =>
        control.LocalName is "input"
        && control.HasAttribute("readonly")
        && control.GetAttribute("type")?.ToLowerInvariant()
            is null
                or ""
                or "text"
                or "url"
                or "email"
                or "number"
                or "search"
        && PlainText.Collapse(control.GetAttribute("value") ?? "") is { Length: > 0 } value
            ? value
            : null;

    // Other boxes open menus or belong to a form; without a style sheet they tell nothing.
    private static bool IsInTaskOrCell(IElement control)
    {
        var element = control.ParentElement;
        for (var height = 0; height < 3 && element is not null; height++, element = element.ParentElement)
            if (element.LocalName is "td" || element.ClassList.Contains("task-list-item"))
                return true;
        return false;
    }
}
