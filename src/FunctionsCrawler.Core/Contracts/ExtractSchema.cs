using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Describes structured data of a page: a list of items, each with the same fields.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record ExtractSchema
{
    /// <summary>What the items are. Not used by the crawler.</summary>
    /// <value>Default null.</value>
    public string? Name { get; set; }

    /// <summary>The language of all selectors of the schema.</summary>
    /// <value>Default <see cref="SelectorKind.Css"/>.</value>
    public SelectorKind Selectors { get; set; } = SelectorKind.Css;

    /// <summary>Selects the element of each item in the whole document.</summary>
    /// <value>Required. Up to 1,024 characters.</value>
    public string BaseSelector { get; set; } = "";

    /// <summary>The fields of an item.</summary>
    /// <value>Required. 1 to 200 fields, nested ones included.</value>
    public IReadOnlyList<SchemaField> Fields { get; set; } = [];

    /// <summary>The maximum number of items; the record has a warning if the page has more.</summary>
    /// <value>Default 1,000, 1 to 10,000.</value>
    public int MaxItems { get; set; } = 1000;
}

/// <summary>One field of an item.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record SchemaField
{
    /// <summary>The name of the field in the data. Unique among its neighbours.</summary>
    /// <value>Required. 1 to 128 characters.</value>
    public string Name { get; set; } = "";

    /// <summary>
    /// Selects elements relative to the item. The first match counts, all matches for lists. An XPath may also select
    /// attributes and text, or compute a value.
    /// </summary>
    /// <value>Default null: the element of the item itself.</value>
    public string? Selector { get; set; }

    /// <summary>What is taken from the selected element.</summary>
    /// <value>Default <see cref="FieldType.Text"/>.</value>
    public FieldType Type { get; set; } = FieldType.Text;

    /// <summary>
    /// The name of an attribute: required for <see cref="FieldType.Attribute"/>. A regular expression or a list without
    /// fields takes its text from this attribute instead of the element's content.
    /// </summary>
    /// <value>Default null.</value>
    public string? Attribute { get; set; }

    /// <summary>
    /// A .NET regular expression, required for <see cref="FieldType.Regex"/>. Matching takes linear time, or is ended after
    /// 250 ms if the expression needs backtracking.
    /// </summary>
    /// <value>Default null. Up to 1,024 characters.</value>
    public string? Pattern { get; set; }

    /// <summary>The group of <see cref="Pattern"/> that is the value; 0 is the whole match.</summary>
    /// <value>Default null: 1, or 0 if the pattern has no group.</value>
    public int? Group { get; set; }

    /// <summary>Changes of the text, in this order.</summary>
    /// <value>Default empty. White space at both ends of a text is always removed, except from HTML.</value>
    public IReadOnlyList<FieldTransform> Transform { get; set; } = [];

    /// <summary>The type of the value. A text that is not of this type counts as not found.</summary>
    /// <value>Default <see cref="FieldValueType.String"/>.</value>
    public FieldValueType As { get; set; } = FieldValueType.String;

    /// <summary>The value if nothing is found.</summary>
    /// <value>Default null: the field is absent.</value>
    public JsonElement? Default { get; set; }

    /// <summary>The fields of a nested item or of each item of a list.</summary>
    /// <value>Default empty. Required for <see cref="FieldType.Nested"/> and <see cref="FieldType.NestedList"/>.</value>
    public IReadOnlyList<SchemaField> Fields { get; set; } = [];
}

/// <summary>The language of selectors.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<SelectorKind>))]
public enum SelectorKind
{
    /// <summary>CSS selectors.</summary>
    Css,

    /// <summary>XPath 1.0. Element names are lower-case and have no namespace.</summary>
    Xpath,
}

/// <summary>What a field takes from the selected element.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<FieldType>))]
public enum FieldType
{
    /// <summary>Its visible text, with white space collapsed.</summary>
    Text,

    /// <summary>The value of an attribute.</summary>
    Attribute,

    /// <summary>The HTML inside it, as parsed.</summary>
    Html,

    /// <summary>The match of a regular expression in its text.</summary>
    Regex,

    /// <summary>An object with the fields of the first match.</summary>
    Nested,

    /// <summary>A list of values, or, with fields, of objects.</summary>
    List,

    /// <summary>A list of objects.</summary>
    NestedList,
}

/// <summary>A change of a text.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<FieldTransform>))]
public enum FieldTransform
{
    /// <summary>Removes white space at both ends.</summary>
    Trim,

    /// <summary>Replaces each run of white space by one space, and removes it at both ends.</summary>
    Collapse,

    /// <summary>Lower case, by the invariant culture.</summary>
    Lower,

    /// <summary>Upper case, by the invariant culture.</summary>
    Upper,

    /// <summary>Keeps the first number: "1,234.50" of "from $1,234.50".</summary>
    Number,

    /// <summary>Keeps only the digits.</summary>
    Digits,

    /// <summary>Removes HTML tags and decodes character references.</summary>
    StripTags,
}

/// <summary>The type of a field's value.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<FieldValueType>))]
public enum FieldValueType
{
    /// <summary>A text.</summary>
    String,

    /// <summary>The first number in the text. Of "." and ",", the last one that is followed by other than three digits, or that occurs beside the other, separates decimals.</summary>
    Number,

    /// <summary>true for true, yes, on, 1 and the empty value of an attribute that is present; false for false, no, off and 0.</summary>
    Boolean,

    /// <summary>An absolute URL, resolved against the page.</summary>
    Url,

    /// <summary>A date or time in ISO 8601, read from ISO 8601, RFC 1123 and English month names.</summary>
    Date,
}
