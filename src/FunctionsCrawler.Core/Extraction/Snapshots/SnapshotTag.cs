using System.Net;

namespace FunctionsCrawler.Extraction.Snapshots;

/// <summary>A start tag.</summary>
/// <param name="Name">The name of the element.</param>
/// <param name="Attributes">The attributes, with character references resolved.</param>
/// <param name="End">The position after the tag.</param>
internal sealed record SnapshotTag(string Name, IReadOnlyList<(string Name, string Value)> Attributes, int End)
{
    /// <summary>Whether the tag is of an HTML element.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of an attribute; empty if there is none.</summary>
    public string ValueOf(string name) =>
        Attributes.FirstOrDefault(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>Reads the tag at a position of a text.</summary>
    public static SnapshotTag Read(string html, int start)
    {
        var at = start + 1;
        var name = ReadName(html, ref at);
        var attributes = new List<(string, string)>();
        while (at < html.Length && html[at] != '>')
        {
            if (char.IsWhiteSpace(html[at]) || html[at] is '/' or '=' or '"')
            {
                at++;
                continue;
            }
            var attribute = ReadName(html, ref at);
            var value = "";
            if (at + 1 < html.Length && html[at] == '=' && html[at + 1] == '"')
            {
                var end = html.IndexOf('"', at + 2);
                end = end < 0 ? html.Length : end;
                value = WebUtility.HtmlDecode(html[(at + 2)..end]);
                at = Math.Min(html.Length, end + 1);
            }
            attributes.Add((attribute, value));
        }
        return new SnapshotTag(name, attributes, Math.Min(html.Length, at + 1));
    }

    private static string ReadName(string html, ref int at)
    {
        var start = at;
        while (at < html.Length && !char.IsWhiteSpace(html[at]) && html[at] is not ('>' or '/' or '=' or '"'))
            at++;
        return html[start..at];
    }
}
