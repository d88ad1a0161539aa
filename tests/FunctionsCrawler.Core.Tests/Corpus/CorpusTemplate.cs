using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace FunctionsCrawler.Core.Tests.Corpus;

/// <summary>
/// Puts an article into a template. <c>{{name}}</c> is a setting of the page, <c>{{content}}</c> the article.
/// <c>{{#nav 40}}…{{/nav}}</c> repeats its inside for 40 generated links (<c>{{text}}</c>, <c>{{href}}</c>); a setting of
/// that name replaces the number. <c>{{#headings}}…{{/headings}}</c> repeats it for the h2 and h3 elements of the article
/// (<c>{{text}}</c>, <c>{{id}}</c>). <c>{{#if cookie}}…{{/if}}</c> keeps it where the page has the setting.
/// </summary>
internal sealed class CorpusTemplate(IReadOnlyDictionary<string, string> settings)
{
    private readonly ChromeWords _words = new(settings.GetValueOrDefault("lang", "en"));

    public string Expand(string template, string content) =>
        Values(Sections(template, content), name => name == "content" ? content : Setting(name));

    private string Setting(string name) =>
        name == "lang" ? settings.GetValueOrDefault("lang", "en") : settings.GetValueOrDefault(name, "");

    private string Sections(string template, string content)
    {
        var text = new StringBuilder();
        var position = 0;
        while (true)
        {
            var start = template.IndexOf("{{#", position, StringComparison.Ordinal);
            if (start < 0)
                return text.Append(template, position, template.Length - position).ToString();
            text.Append(template, position, start - position);
            var nameEnd = template.IndexOf("}}", start, StringComparison.Ordinal);
            var words = template[(start + 3)..nameEnd].Split(' ');
            var close = $"{{{{/{words[0]}}}}}";
            var end = template.IndexOf(close, nameEnd, StringComparison.Ordinal);
            if (end < 0)
                throw new InvalidDataException($"The section '{words[0]}' of a template has no end.");
            text.Append(Section(words, template[(nameEnd + 2)..end], content));
            position = end + close.Length;
        }
    }

    private string Section(string[] words, string inside, string content)
    {
        switch (words[0])
        {
            case "if":
                return settings.ContainsKey(words[1]) ? inside : "";
            case "headings":
                var headings = new HtmlParser().ParseDocument(content).QuerySelectorAll("h2, h3");
                return string.Concat(headings.Select(heading => Values(inside, name => OfHeading(heading, name))));
            default:
                var count = settings.TryGetValue(words[0], out var own) ? own : words[1];
                return string.Concat(
                    Enumerable
                        .Range(0, int.Parse(count, CultureInfo.InvariantCulture))
                        .Select(_ => _words.Next())
                        .Select(link => Values(inside, name => name == "text" ? link.Text : link.Href))
                );
        }
    }

    private static string OfHeading(IElement heading, string name) =>
        name == "id"
            ? heading.Id ?? heading.ParentElement?.Id ?? "s"
            : heading.TextContent.TrimEnd('¶', '#', ' ', '\u200b').Trim();

    private static string Values(string text, Func<string, string> value)
    {
        var expanded = new StringBuilder();
        var position = 0;
        while (true)
        {
            var start = text.IndexOf("{{", position, StringComparison.Ordinal);
            if (start < 0)
                return expanded.Append(text, position, text.Length - position).ToString();
            var end = text.IndexOf("}}", start, StringComparison.Ordinal);
            expanded.Append(text, position, start - position).Append(value(text[(start + 2)..end]));
            position = end + 2;
        }
    }
}
