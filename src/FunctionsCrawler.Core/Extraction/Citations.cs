using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>Numbers the URLs of a Markdown text in the order of their first use.</summary>
internal sealed class Citations
{
    private readonly OrderedDictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>The number of a URL, from 1.</summary>
    public int NumberOf(string url)
    {
        if (!_numbers.TryGetValue(url, out var number))
            _numbers.Add(url, number = _numbers.Count + 1);
        return number;
    }

    /// <summary>The Markdown with the list of references at its end: "[1]: https://…".</summary>
    public string Complete(string markdown)
    {
        if (_numbers.Count == 0)
            return markdown;
        var text = new StringBuilder(markdown).Append('\n');
        foreach (var (url, number) in _numbers)
            text.Append('[').Append(number).Append("]: ").Append(Escaping.Destination(url)).Append('\n');
        return text.ToString();
    }
}
