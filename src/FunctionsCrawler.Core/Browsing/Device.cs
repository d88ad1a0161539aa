using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>What a page sees of a kind of device.</summary>
/// <param name="Viewport">The window.</param>
/// <param name="Platform">The platform in the User-Agent of a device with touch; null for others.</param>
/// <param name="IsPhone">Whether the User-Agent says "Mobile".</param>
internal sealed record Device(PageViewport Viewport, string? Platform = null, bool IsPhone = false)
{
    // Sites look for "Android", "Mobile" and a recent Chrome; Chromium itself sends no more of the version than this.
    private const string Android = "Linux; Android 10; K";
    private const string Chrome = "Chrome/140.0.0.0";
    private const string Prefix = "Mozilla/5.0 ";

    /// <summary>The device of a preset.</summary>
    public static Device Of(DevicePreset preset) =>
        preset switch
        {
            DevicePreset.Phone => Phone(390, 844),
            DevicePreset.PhoneSmall => Phone(360, 640),
            DevicePreset.PhoneLarge => Phone(430, 932),
            DevicePreset.Tablet => Tablet(820, 1180),
            DevicePreset.TabletLandscape => Tablet(1180, 820),
            DevicePreset.Laptop => new Device(Window(1366, 768, 1)),
            DevicePreset.Desktop => new Device(Window(1920, 1080, 1)),
            DevicePreset.DesktopSharp => new Device(Window(1920, 1080, 2)),
            _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "not a device"),
        };

    /// <summary>The device's User-Agent, which names the crawler as its own does; null for devices without touch.</summary>
    /// <param name="agent">The crawler's own User-Agent.</param>
    public string? UserAgentOf(string agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (Platform is null)
            return null;
        var crawler = agent.StartsWith(Prefix, StringComparison.Ordinal) ? agent[Prefix.Length..] : agent;
        var mobile = IsPhone ? "Mobile " : "";
        return $"{Prefix}({Platform}) AppleWebKit/537.36 (KHTML, like Gecko) {Chrome} {mobile}Safari/537.36 {crawler}";
    }

    private static Device Phone(int width, int height) => new(Window(width, height, 3), Android, IsPhone: true);

    private static Device Tablet(int width, int height) => new(Window(width, height, 2), Android);

    private static PageViewport Window(int width, int height, double scale) =>
        new()
        {
            Width = width,
            Height = height,
            Scale = scale,
        };
}
