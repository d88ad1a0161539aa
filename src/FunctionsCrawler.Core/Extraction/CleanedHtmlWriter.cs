using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Writes HTML with an allow list of elements and attributes. What is not listed is left out; of elements that are not listed,
/// the content is kept, unless they are hidden. SVG, MathML, raw text and templates are never written, so that another parse
/// of the result finds the same elements.
/// </summary>
internal sealed class CleanedHtmlWriter(UrlResolver urls)
{
    private static readonly HashSet<string> Elements = Set(
        "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn div dl dt "
            + "em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main mark menu nav ol p pre q "
            + "ruby rt s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
    );

    private static readonly HashSet<string> Voids = Set("br col hr img wbr");
    private static readonly HashSet<string> GlobalAttributes = Set("dir id lang title");

    private static readonly Dictionary<string, HashSet<string>> OwnAttributes = new(StringComparer.Ordinal)
    {
        ["bdo"] = Set("dir"),
        ["col"] = Set("span"),
        ["colgroup"] = Set("span"),
        ["data"] = Set("value"),
        ["del"] = Set("datetime"),
        ["details"] = Set("open"),
        ["ins"] = Set("datetime"),
        ["img"] = Set("alt height width"),
        ["li"] = Set("value"),
        ["ol"] = Set("reversed start type"),
        ["td"] = Set("colspan headers rowspan"),
        ["th"] = Set("abbr colspan headers rowspan scope"),
        ["time"] = Set("datetime"),
    };

    private readonly StringBuilder _html = new();

    /// <summary>Writes what is visible inside an element.</summary>
    public string Write(IElement root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (!Visibility.IsHidden(root))
            Children(root);
        return _html.ToString().Trim();
    }

    private void Children(IElement parent)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text)
                Escape(text.Data, inAttribute: false);
            else if (children[i] is IElement child && !Visibility.IsHidden(child))
                Element(child);
        }
    }

    private void Element(IElement element)
    {
        var name = element.LocalName;
        // Elements of SVG and MathML may have the names of HTML elements.
        var isListed =
            Elements.Contains(name)
            && string.Equals(element.NamespaceUri, NamespaceNames.HtmlUri, StringComparison.Ordinal);
        if (!isListed || (name is "img" && ImageSource.Of(element, urls) is null))
        {
            Children(element);
            return;
        }
        _html.Append('<').Append(name);
        Attributes(element);
        _html.Append('>');
        if (Voids.Contains(name))
            return;
        // Parsers drop a line feed directly behind the tag.
        if (name is "pre" && element.TextContent.StartsWith('\n'))
            _html.Append('\n');
        Children(element);
        _html.Append("</").Append(name).Append('>');
    }

    private void Attributes(IElement element)
    {
        var own = OwnAttributes.GetValueOrDefault(element.LocalName);
        foreach (var attribute in element.Attributes)
            if (GlobalAttributes.Contains(attribute.LocalName) || own?.Contains(attribute.LocalName) is true)
                Attribute(attribute.LocalName, attribute.Value);
        switch (element.LocalName)
        {
            case "a" when LinkOf(element.GetAttribute("href")) is { } href:
                Attribute("href", href);
                break;
            case "img":
                Attribute("src", ImageSource.Of(element, urls)!.AbsoluteUri);
                break;
            case "blockquote" or "q" when LinkOf(element.GetAttribute("cite")) is { } cite:
                Attribute("cite", cite);
                break;
            case "code" or "pre" when LanguageOf(element) is { } language:
                Attribute("class", language);
                break;
        }
    }

    private string? LinkOf(string? reference) =>
        urls.Resolve(reference) is { Scheme: "http" or "https" or "mailto" or "tel" or "ftp" } url
            ? url.AbsoluteUri
            : null;

    private static string? LanguageOf(IElement code) =>
        code.ClassList.FirstOrDefault(name =>
            name.StartsWith("language-", StringComparison.Ordinal)
            && name.Length <= 40
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '#' or '_')
        );

    private void Attribute(string name, string value)
    {
        _html.Append(' ').Append(name).Append("=\"");
        Escape(value, inAttribute: true);
        _html.Append('"');
    }

    private void Escape(string text, bool inAttribute)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => _html.Append("&amp;"),
                '<' => _html.Append("&lt;"),
                '>' => _html.Append("&gt;"),
                '"' when inAttribute => _html.Append("&quot;"),
                '\u00a0' => _html.Append("&nbsp;"),
                _ => _html.Append(c),
            };
        }
    }

    private static HashSet<string> Set(string names) => new(names.Split(' '), StringComparer.Ordinal);
}
