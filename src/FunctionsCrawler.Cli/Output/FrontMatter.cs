using System.Globalization;
using System.Text;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Output;

/// <summary>
/// Writes what is known of a page as YAML front matter, with the names of its record, plus <c>date</c> for site generators.
/// </summary>
internal static class FrontMatter
{
    /// <summary>The front matter of a page, with an empty line after it.</summary>
    public static string Of(PageRecord record)
    {
        var yaml = new StringBuilder("---\n");
        var fetched = record
            .FetchedAt.ToUniversalTime()
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Add("title", record.Title);
        Add("description", record.Description);
        Add("url", record.Url);
        Add("finalUrl", string.Equals(record.FinalUrl, record.Url, StringComparison.Ordinal) ? null : record.FinalUrl);
        Add("canonical", record.Metadata?.Canonical);
        Add("duplicateOf", record.DuplicateOf);
        Add("language", record.Language);
        Add("author", record.Author);
        Add("published", record.Published);
        Add("modified", record.Modified);
        yaml.Append(CultureInfo.InvariantCulture, $"date: {fetched}\nfetchedAt: {fetched}\ndepth: {record.Depth}\n");
        Add("contentHash", record.ContentHash);
        return yaml.Append("---\n\n").ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
                yaml.Append(name).Append(": ").Append(Quote(value)).Append('\n');
        }
    }

    /// <summary>A text as a double-quoted YAML scalar. It means itself, whatever it looks like, and is one line.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            quoted = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                var code when !IsPrintable(code) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{code:X4}"),
                _ => quoted.Append(rune.ToString()),
            };
        }
        return quoted.Append('"').ToString();
    }

    // YAML 1.2.2, 5.1, without the line breaks of YAML 1.1 and the byte order mark. A lone surrogate becomes U+FFFD.
    private static bool IsPrintable(int code) =>
        code is >= ' ' and not (>= 0x7F and <= 0x9F) and not (0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF);
}
