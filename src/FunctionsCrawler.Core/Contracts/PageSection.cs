namespace FunctionsCrawler.Contracts;

/// <summary>A section of a file that holds many pages, such as llms-full.txt.</summary>
/// <param name="Url">The URL of the file with the fragment "section-N-TITLE": unique within the file.</param>
/// <param name="Title">The heading of the section.</param>
/// <param name="Markdown">The text of the section, its heading included.</param>
public sealed record PageSection(string Url, string Title, string Markdown);
