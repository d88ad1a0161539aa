using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Browsing;

/// <summary>As whom and with what a page is visited, in a browser and over HTTP.</summary>
internal sealed record VisitIdentity
{
    /// <summary>The User-Agent; null: that of the process.</summary>
    public string? UserAgent { get; init; }

    /// <inheritdoc cref="PageOptions.Locale"/>
    public string? Locale { get; init; }

    /// <inheritdoc cref="PageOptions.Timezone"/>
    public string? Timezone { get; init; }

    /// <summary>The window; null: that of the browser.</summary>
    public PageViewport? Viewport { get; init; }

    /// <summary>Whether the device has touch and shows pages as phones and tablets do.</summary>
    public bool IsMobile { get; init; }

    /// <summary>What is sent to the origins of the start pages; null if nothing is.</summary>
    public OriginCredentials? Credentials { get; init; }

    /// <summary>The languages in the order of preference: the locale, then its language alone. Null without a locale.</summary>
    public IReadOnlyList<string>? Languages =>
        Locale is null ? null
        : Locale.Split('-')[0] is var language && language.Length < Locale.Length ? [Locale, language]
        : [Locale];

    /// <summary>
    /// Whether visits need a browser context of their own: cookies are seen by all tabs of a context, and Chromium sets locale
    /// and time zone for a whole renderer.
    /// </summary>
    public bool NeedsOwnContext => Credentials is not null || Locale is not null || Timezone is not null;

    /// <summary>Reads the identity of a request's visits.</summary>
    /// <param name="page">Valid options.</param>
    /// <param name="starts">The start pages.</param>
    /// <param name="agent">The User-Agent of the process.</param>
    /// <param name="fault">What is missing in this process; null on success.</param>
    /// <param name="login">What an earlier login has left; null without one.</param>
    /// <param name="time">The clock that cookies expire by; null: the system's.</param>
    public static VisitIdentity? Of(
        PageOptions page,
        IReadOnlyList<string> starts,
        string agent,
        out RequestFault? fault,
        LoginState? login = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(page);
        var credentials = OriginCredentials.Read(page, starts, out fault, login, time);
        if (fault is not null)
            return null;
        var device = page.Device is { } preset ? Device.Of(preset) : null;
        return new VisitIdentity
        {
            // The browser replaces the languages only together with the User-Agent.
            UserAgent = page.UserAgent ?? device?.UserAgentOf(agent) ?? (page.Locale is null ? null : agent),
            Locale = page.Locale,
            Timezone = page.Timezone,
            Viewport = page.Viewport ?? device?.Viewport,
            IsMobile = device?.Platform is not null,
            Credentials = credentials,
        };
    }
}
