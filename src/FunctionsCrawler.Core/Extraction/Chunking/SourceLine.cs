namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>A line of a document.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Text">Where its content begins, behind the markers of quotes and lists and all spaces.</param>
/// <param name="TextEnd">Where its content ends, before spaces and the line end.</param>
/// <param name="Continued">The number of quotes and list items that it continues.</param>
/// <param name="Depth">The number of quotes and list items it is in.</param>
/// <param name="IsItem">Whether it begins a list item.</param>
/// <param name="IsIndented">Whether its content is indented code, or would be if it continued no paragraph.</param>
/// <param name="Fence">The number of the fenced code block that it is part of; negative if it is not.</param>
internal readonly record struct SourceLine(
    int Start,
    int Text,
    int TextEnd,
    int Continued,
    int Depth,
    bool IsItem,
    bool IsIndented,
    int Fence
)
{
    /// <summary>Whether the line has no content.</summary>
    public bool IsBlank => Text >= TextEnd && Fence < 0;

    /// <summary>Whether the line is plain text in the same containers as the line before it.</summary>
    public bool IsContinuation => !IsBlank && Fence < 0 && !IsIndented && Continued == Depth;
}
