using System.Text;
using System.Text.Json;

namespace FunctionsCrawler.Network.Logins;

/// <summary>The cookies of a storage state in its JSON, and as the DevTools protocol reports them, which is nearly the same.</summary>
internal static class StateCookies
{
    // Chromium takes no larger ones.
    private const int MaxBytes = 4096;

    /// <summary>
    /// Reads a cookie. Those without a name, and those that belong to a site within another one (partitioned), are left out.
    /// </summary>
    /// <param name="cookie">The JSON.</param>
    /// <param name="at">Its place, for messages.</param>
    /// <exception cref="FormatException">An element is missing or invalid.</exception>
    public static OriginCookie[] Read(JsonElement cookie, string at)
    {
        LoginStateJson.Require(cookie.ValueKind == JsonValueKind.Object, $"{at} must be an object");
        var (name, value) = (LoginStateJson.Text(cookie, "name", at), LoginStateJson.Text(cookie, "value", at));
        var path = Has(cookie, "path") ? LoginStateJson.Text(cookie, "path", at) : "/";
        var isSecure = Flag(cookie, "secure", at);
        var domain = LoginStateJson.Text(cookie, "domain", at);
        LoginStateJson.Require(
            IsText(name) && !name.Contains('='),
            $"{at}.name must not have =, semicolons, control characters or outer spaces"
        );
        LoginStateJson.Require(
            IsText(value),
            $"{at}.value must not have semicolons, control characters or outer spaces"
        );
        LoginStateJson.Require(path.StartsWith('/') && IsText(path), $"{at}.path must begin with a slash");
        LoginStateJson.Require(
            Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value) <= MaxBytes,
            $"{at} has more than {MaxBytes} bytes in its name and value"
        );
        LoginStateJson.Require(
            isSecure
                || !(
                    name.StartsWith("__Host-", StringComparison.Ordinal)
                    || name.StartsWith("__Secure-", StringComparison.Ordinal)
                ),
            $"{at}.secure must be true, because of the prefix of its name"
        );
        var read = new OriginCookie(name, value, path)
        {
            Host = HostOf(domain, at),
            IncludesSubdomains = domain.StartsWith('.'),
            IsSecure = isSecure,
            IsHttpOnly = Flag(cookie, "httpOnly", at),
            SameSite = ReadSameSite(cookie, at),
            Expires = ReadExpiry(cookie, at),
        };
        return name.Length == 0 || Has(cookie, "partitionKey") ? [] : [read];
    }

    /// <summary>Writes a cookie of a host.</summary>
    public static void Write(OriginCookie cookie, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", cookie.Name);
        writer.WriteString("value", cookie.Value);
        writer.WriteString("domain", cookie.IncludesSubdomains ? "." + cookie.Host : cookie.Host);
        writer.WriteString("path", cookie.Path);
        writer.WriteNumber("expires", cookie.Expires ?? -1);
        writer.WriteBoolean("httpOnly", cookie.IsHttpOnly);
        writer.WriteBoolean("secure", cookie.IsSecure);
        writer.WriteString("sameSite", $"{cookie.SameSite}");
        writer.WriteEndObject();
    }

    private static string HostOf(string domain, string at)
    {
        var host = domain.TrimStart('.').TrimEnd('.');
        var name = host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
        return
            Uri.CheckHostName(host) != UriHostNameType.Unknown
            && Uri.TryCreate($"http://{name}/", UriKind.Absolute, out var url)
            ? url.IdnHost
            : throw new FormatException(
                $"{at}.domain must be a host name, with a dot before it if its subdomains are meant as well"
            );
    }

    private static CookieSameSite ReadSameSite(JsonElement cookie, string at)
    {
        // As browsers do.
        if (!Has(cookie, "sameSite"))
            return CookieSameSite.Lax;
        return LoginStateJson.Text(cookie, "sameSite", at) switch
        {
            "Strict" => CookieSameSite.Strict,
            "Lax" => CookieSameSite.Lax,
            "None" => CookieSameSite.None,
            _ => throw new FormatException($"{at}.sameSite must be Strict, Lax or None"),
        };
    }

    private static double? ReadExpiry(JsonElement cookie, string at)
    {
        if (!Has(cookie, "expires"))
            return null;
        var value = cookie.GetProperty("expires");
        return
            value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && double.IsFinite(seconds)
            ? seconds < 0
                ? null
                : seconds
            : throw new FormatException(
                $"{at}.expires must be a number: seconds since 1970, or -1 for a cookie of the session"
            );
    }

    private static bool Flag(JsonElement cookie, string name, string at)
    {
        if (!Has(cookie, name))
            return false;
        var value = cookie.GetProperty(name);
        LoginStateJson.Require(
            value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            $"{at}.{name} must be true or false"
        );
        return value.GetBoolean();
    }

    private static bool Has(JsonElement cookie, string name) =>
        cookie.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static bool IsText(string text) =>
        !text.Any(c => c is ';' || char.IsControl(c)) && text.Trim().Length == text.Length;
}
