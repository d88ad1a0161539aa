using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>What is recorded of a visit for whoever asks why a page failed.</summary>
internal sealed record DiagnosticOptions
{
    /// <summary>Nothing, which costs nothing.</summary>
    public static DiagnosticOptions None { get; } = new();

    /// <inheritdoc cref="PageOptions.Diagnostics"/>
    public bool Diagnostics { get; init; }

    /// <inheritdoc cref="PageOptions.Har"/>
    public bool Har { get; init; }

    /// <inheritdoc cref="PageOptions.ScreenshotOnFailure"/>
    public bool ScreenshotOnFailure { get; init; }

    /// <summary>Hides what is private in the request.</summary>
    public SecretMask Secrets { get; init; } = SecretMask.None;

    /// <summary>Whether anything is asked for.</summary>
    public bool Any => Diagnostics || Har || ScreenshotOnFailure;

    /// <summary>Whether events of the browser are recorded.</summary>
    public bool Records => Diagnostics || Har;

    /// <summary>What a request asks for.</summary>
    /// <param name="page">How pages are visited.</param>
    /// <param name="identity">As whom.</param>
    public static DiagnosticOptions Of(PageOptions page, VisitIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(identity);
        return page.IsDiagnosed
            ? new DiagnosticOptions
            {
                Diagnostics = page.Diagnostics,
                Har = page.Har,
                ScreenshotOnFailure = page.ScreenshotOnFailure,
                Secrets = SecretMask.Of(page, identity.Credentials?.LoginValues ?? []),
            }
            : None;
    }
}
