using System.Text;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Markdown with numbers instead of links, and the list of the numbers, as crawl4ai writes them.</summary>
internal static partial class CitedMarkdown
{
    /// <summary>Replaces links and images by their text and a number, which each URL has once.</summary>
    public static (string Markdown, string References) Of(string markdown)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var references = new StringBuilder();
        var cited = Links()
            .Replace(
                markdown,
                link =>
                {
                    var (mark, text, url) = (
                        link.Groups["mark"].Value,
                        link.Groups["text"].Value,
                        link.Groups["url"].Value
                    );
                    if (!numbers.TryGetValue(url, out var number))
                    {
                        number = numbers.Count + 1;
                        numbers.Add(url, number);
                        references.Append('⟨').Append(number).Append("⟩ ").Append(url);
                        references.Append(": ").Append(text.Length == 0 ? url : text).Append('\n');
                    }
                    return mark.Length > 0 ? $"![{text}⟨{number}⟩]" : $"{text}⟨{number}⟩";
                }
            );
        return (cited, references.Length == 0 ? "" : $"\n\n## References\n\n{references}");
    }

    /// <summary>Leaves out the URLs of links, and images as a whole.</summary>
    public static string Without(string markdown, bool links, bool images) =>
        Links()
            .Replace(
                markdown,
                link =>
                    link.Groups["mark"].Length > 0
                        ? (images ? "" : link.Value)
                        : (links ? link.Groups["text"].Value : link.Value)
            );

    // Ends in linear time: the parts exclude what follows them.
    [GeneratedRegex(
        """(?<mark>!?)\[(?<text>(?:[^\[\]\\]|\\.)*)\]\(<?(?<url>[^()\s<>]+(?:\([^()\s<>]*\)[^()\s<>]*)*)>?(?:\s+"(?:[^"\\]|\\.)*")?\)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Links();
}
