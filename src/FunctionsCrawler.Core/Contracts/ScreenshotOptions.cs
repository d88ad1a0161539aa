using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Asks for a picture of each page, in <see cref="PageRecord.Artifacts"/> as "screenshot".</summary>
/// <remarks>
/// A page that is taller than one picture can be gets further ones, "screenshot-2" and so on, up to a height of 100,000 pixels.
/// Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.
/// </remarks>
public sealed record ScreenshotOptions
{
    /// <summary>Whether the whole page is pictured, or only what its window shows. Ignored if there is a <see cref="Selector"/>.</summary>
    /// <value>Default true.</value>
    public bool FullPage { get; set; } = true;

    /// <summary>The format of the picture.</summary>
    /// <value>Default <see cref="PictureFormat.Png"/>.</value>
    public PictureFormat Format { get; set; } = PictureFormat.Png;

    /// <summary>How well a JPEG or WebP resembles the page. More takes more bytes. Must be null for PNG, which loses nothing.</summary>
    /// <value>Default null, which is 80; 1 to 100.</value>
    public int? Quality { get; set; }

    /// <summary>
    /// A CSS selector: the first element that matches is pictured instead of the page. If there is none, there is no picture, and
    /// the record has the warning <see cref="PageWarningCode.CaptureFailed"/>.
    /// </summary>
    /// <value>Up to 1,000 characters. Default null: the page.</value>
    public string? Selector { get; set; }
}

/// <summary>The formats of pictures.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PictureFormat>))]
public enum PictureFormat
{
    /// <summary>image/png, without loss.</summary>
    Png,

    /// <summary>image/jpeg.</summary>
    Jpeg,

    /// <summary>image/webp.</summary>
    Webp,
}
