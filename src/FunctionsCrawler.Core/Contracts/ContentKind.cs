using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>A kind of content that a crawl stores.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ContentKind>))]
public enum ContentKind
{
    /// <summary>HTML and XHTML.</summary>
    Html,

    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Markdown.</summary>
    Markdown,

    /// <summary>JSON, as a fenced code block.</summary>
    Json,

    /// <summary>RSS and Atom, as a list of their entries.</summary>
    Feed,

    /// <summary>The text of PDF documents.</summary>
    Pdf,
}
