using System.CommandLine;
using System.Globalization;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>
/// The options that say as whom and with what pages are visited. No error shows a value of a header, a cookie or a password.
/// </summary>
internal sealed class IdentityOptions
{
    private const string SecretPrefix = "secret:";

    private readonly Option<PageViewport?> _viewport = new("--viewport")
    {
        Description = "The size of the window in CSS pixels, with a scale if it is not 1, as in 1280x720 or 390x844@3.",
        HelpName = "WxH[@SCALE]",
        CustomParser = result =>
        {
            var text = OptionKinds.Only(result);
            var viewport = ReadViewport(text);
            if (viewport is null)
                result.AddError(
                    $"--viewport is '{text}'; it must be a width and a height of 1 to 4000 pixels with an optional scale of 0.1 to 4, as in 1280x720 or 390x844@3"
                );
            return viewport;
        },
    };

    private readonly Option<DevicePreset?> _device = OptionKinds.OptionalChoice<DevicePreset>(
        "--device",
        "Shows pages as on this kind of device: window, touch and User-Agent."
    );

    private readonly Option<string?> _locale = OptionKinds.Text(
        "--locale",
        "LOCALE",
        "The language that is asked for and that scripts see, as in de-DE."
    );

    private readonly Option<string?> _timezone = OptionKinds.Text(
        "--timezone",
        "ZONE",
        "The time zone that scripts see, as in Europe/Berlin."
    );

    private readonly Option<string?> _userAgent = OptionKinds.Text(
        "--user-agent",
        "TEXT",
        "Replaces the User-Agent. robots.txt is obeyed under the crawler's own name."
    );

    private readonly Option<string[]> _headers = OptionKinds.Many(
        "--header",
        "NAME:VALUE",
        "Sends a header to the origins of the start pages only. The value secret:NAME is read from CRAWL_SECRET_NAME."
    );

    private readonly Option<string[]> _cookies = OptionKinds.Many(
        "--cookie",
        "NAME=VALUE",
        "Sends a cookie to the hosts of the start pages only. The value may be secret:NAME."
    );

    private readonly Option<string?> _basicAuth = OptionKinds.Text(
        "--basic-auth",
        "USER:PASSWORD",
        "Name and password for the origins of the start pages. The password may be secret:NAME."
    );

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All =>
        [_viewport, _device, _locale, _timezone, _userAgent, _headers, _cookies, _basicAuth];

    /// <summary>Reads how pages are visited.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="page">What other options say.</param>
    /// <exception cref="UsageException">A value has another form.</exception>
    public PageOptions Apply(ParseResult parsed, PageOptions page) =>
        page with
        {
            Viewport = parsed.GetValue(_viewport),
            Device = parsed.GetValue(_device),
            Locale = parsed.GetValue(_locale),
            Timezone = parsed.GetValue(_timezone),
            UserAgent = parsed.GetValue(_userAgent),
            Headers = ReadHeaders(parsed.GetValue(_headers) ?? []),
            Cookies = parsed.GetValue(_cookies) is { Length: > 0 } cookies ? [.. cookies.Select(ReadCookie)] : null,
            BasicAuth = parsed.GetValue(_basicAuth) is { } text ? ReadBasicAuth(text) : null,
        };

    /// <summary>Returns a request if this process has the secrets that it names.</summary>
    /// <exception cref="UsageException">A secret is missing.</exception>
    public static T WithSecrets<T>(T request, PageOptions page) =>
        SecretCheck.FindFaults(page).FirstOrDefault() is { } fault ? throw new UsageException(fault.Message) : request;

    private static PageViewport? ReadViewport(string text)
    {
        var (size, scale) = text.Split('@') switch
        {
            [var only] => (only, "1"),
            [var first, var second] => (first, second),
            _ => ("", ""),
        };
        return
            size.Split('x') is [var width, var height]
            && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
            && double.TryParse(scale, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var s)
            && w is >= 1 and <= 4000
            && h is >= 1 and <= 4000
            && s is >= 0.1 and <= 4
            ? new PageViewport
            {
                Width = w,
                Height = h,
                Scale = s,
            }
            : null;
    }

    private static Dictionary<string, SecretText>? ReadHeaders(string[] texts)
    {
        var headers = new Dictionary<string, SecretText>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in texts)
        {
            var (name, value) = Cut("--header", text, ':', "a name and a value, as in \"X-Api-Key: secret:KEY\"");
            if (!headers.TryAdd(name, value))
                throw new UsageException($"--header names {name} more than once");
        }
        return headers.Count > 0 ? headers : null;
    }

    private static PageCookie ReadCookie(string text)
    {
        var (name, value) = Cut("--cookie", text, '=', "a name and a value, as in session=secret:SESSION");
        return new PageCookie { Name = name, Value = value };
    }

    private static BasicAuth ReadBasicAuth(string text)
    {
        var (user, password) = Cut("--basic-auth", text, ':', "a name and a password, as in alice:secret:PASSWORD");
        return new BasicAuth { Username = user, Password = password };
    }

    // The whole text may be a secret that was given in the wrong form, so that it is not shown.
    private static (string Name, SecretText Value) Cut(string option, string text, char separator, string form)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        if (at <= 0)
            throw new UsageException(
                $"{option} has {text.Length} characters without a '{separator}' after a name; it must be {form}"
            );
        var value = text[(at + 1)..].Trim();
        if (!value.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return (text[..at].Trim(), value);
        var name = value[SecretPrefix.Length..];
        return SecretText.IsName(name)
            ? (text[..at].Trim(), SecretText.FromSecret(name))
            : throw new UsageException(
                $"{option} names a secret of {name.Length} characters; 1 to 64 capital letters, digits and underscores are allowed"
            );
    }
}
