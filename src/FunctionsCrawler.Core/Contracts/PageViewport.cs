using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>The size of the window that a page is shown in.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageViewport
{
    /// <summary>The width.</summary>
    /// <value>CSS pixels. Default 1,280, 1 to 4,000.</value>
    public int Width { get; set; } = 1280;

    /// <summary>The height.</summary>
    /// <value>CSS pixels. Default 720, 1 to 4,000.</value>
    public int Height { get; set; } = 720;

    /// <summary>
    /// Pixels of the screen per CSS pixel. Width × height × scale² is at most 16,000,000, because the browser holds a picture
    /// of that size.
    /// </summary>
    /// <value>Default 1, 0.1 to 4.</value>
    public double Scale { get; set; } = 1;
}

/// <summary>A kind of device that a page is shown on: size and scale of its window, touch, and the User-Agent.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DevicePreset>))]
public enum DevicePreset
{
    /// <summary>A phone: 390 × 844, scale 3, touch.</summary>
    Phone,

    /// <summary>A small phone: 360 × 640, scale 3, touch.</summary>
    PhoneSmall,

    /// <summary>A large phone: 430 × 932, scale 3, touch.</summary>
    PhoneLarge,

    /// <summary>A tablet held upright: 820 × 1,180, scale 2, touch.</summary>
    Tablet,

    /// <summary>A tablet held sideways: 1,180 × 820, scale 2, touch.</summary>
    TabletLandscape,

    /// <summary>A laptop: 1,366 × 768, scale 1.</summary>
    Laptop,

    /// <summary>A desktop screen: 1,920 × 1,080, scale 1.</summary>
    Desktop,

    /// <summary>A desktop screen with small pixels: 1,920 × 1,080, scale 2.</summary>
    DesktopSharp,
}
