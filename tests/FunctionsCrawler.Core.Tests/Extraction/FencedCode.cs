using System.Text.RegularExpressions;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>
/// Reads the fenced code of Markdown by CommonMark's rules for lines. Markdig is not used for the text, because in list items
/// it drops the space of lines that are indented by exactly one.
/// </summary>
internal static partial class FencedCode
{
    /// <summary>The code blocks, without the line feed that ends their last line.</summary>
    public static List<string> Of(string markdown) => [.. Blocks(markdown).Select(block => block.Code)];

    /// <summary>The code blocks with their language.</summary>
    public static IEnumerable<(string Language, string Code)> Blocks(string markdown)
    {
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Opening.Match(lines[i]) is not { Success: true } fence)
                continue;
            var column = fence.Groups["fence"].Index;
            var code = new List<string>();
            while (++i < lines.Length && Inner(lines[i], column) != fence.Groups["fence"].Value)
                code.Add(Inner(lines[i], column));
            yield return (fence.Groups["language"].Value, string.Join('\n', code));
        }
    }

    // Blank lines end before the column of their container.
    private static string Inner(string line, int column) => line.Length > column ? line[column..] : "";

    [GeneratedRegex(
        @"^(> |[-+] |\d{1,9}[.)] | )*(?<fence>`{3,})(?<language>[^`]*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Opening { get; }
}
