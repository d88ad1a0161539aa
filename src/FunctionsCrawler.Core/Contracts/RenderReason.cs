using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Why <see cref="RenderMode.Auto"/> took a page over HTTP or rendered it; <see cref="PageRecord.RenderedBy"/> tells which.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RenderReason>))]
public enum RenderReason
{
    /// <summary>Over HTTP: the content is not HTML, or the page has no scripts.</summary>
    NoScripts,

    /// <summary>Over HTTP: the page has scripts and nothing says that they bring content. Only for pages scraped alone.</summary>
    HasContent,

    /// <summary>Over HTTP: the page was also rendered, and that added nothing.</summary>
    Verified,

    /// <summary>What pages of the site with the same scripts, or with URLs of the same shape, turned out to need.</summary>
    Learned,

    /// <summary>Rendered: the page was rendered to verify the decision, and that added content.</summary>
    Corrected,

    /// <summary>Rendered: the element of the application, or the main element, is empty.</summary>
    EmptyRoot,

    /// <summary>Rendered: there is little text, and a message for browsers without JavaScript.</summary>
    NoScriptMessage,

    /// <summary>Rendered: there is hardly any text, but there are scripts.</summary>
    LittleText,

    /// <summary>Rendered: the page shows that it is loading: a skeleton, a progress indicator, "Loading…".</summary>
    Placeholder,

    /// <summary>Rendered: the text holds templates that a script fills in, such as {{ title }}.</summary>
    Template,

    /// <summary>Rendered: parts of the page are loaded later, or by custom elements.</summary>
    LateParts,

    /// <summary>Rendered: a script or a meta element leads to another page.</summary>
    Redirect,

    /// <summary>Rendered: the server refused the request with a page that has scripts, as bot protection does.</summary>
    Challenge,

    /// <summary>Rendered: the fragment of the URL is a route of an application.</summary>
    HashRoute,

    /// <summary>Rendered: something was requested that only a browser can make, such as a screenshot.</summary>
    Requested,
}
