using System.Text.RegularExpressions;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Completes start pages without a scheme: "example.com/docs" becomes https, "localhost:8080" becomes http.</summary>
internal static partial class StartUrl
{
    /// <summary>The URL with the missing scheme; null if the text has a scheme or does not begin with a host.</summary>
    public static string? WithScheme(string text) =>
        LocalHost().IsMatch(text) ? "http://" + text
        : PublicHost().IsMatch(text) ? "https://" + text
        : null;

    /// <summary>Whether the text is a single word, not a URL, host, path or file.</summary>
    public static bool IsWord(string text) => Word().IsMatch(text);

    /// <summary>Whether the text is the name of a picture or a PDF instead of a host: no top-level domain is called so.</summary>
    public static bool IsCapture(string text) => Capture().IsMatch(text);

    [GeneratedRegex(
        @"^[^/:]+\.(png|jpe?g|webp|pdf)\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Capture();

    // Hosts completed with http, because certificates for localhost and IP addresses are rare.
    [GeneratedRegex(
        @"^(localhost|\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])(:\d{1,5})?([/?#].*)?\z",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex LocalHost();

    [GeneratedRegex(
        @"^([\p{L}\p{N}-]+\.)+\p{L}[\p{L}\p{N}-]+(:\d{1,5})?([/?#].*)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PublicHost();

    [GeneratedRegex(@"^[a-z][a-z-]*\z", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
