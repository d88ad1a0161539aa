using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Hides the private values of a request in texts that a page or its network traffic brings: headers, cookies, passwords, and what
/// steps write; and those of a saved login. A page may log a password that a step has typed, or send it in a URL.
/// </summary>
/// <remarks>
/// Values are found as they are and as they appear in URLs, JSON and Base64. Shorter texts than four characters that are given
/// themselves are not hidden: they would hide every such letter. Values of named secrets always are. Of a saved login those of at
/// least eight characters are: its other cookies and entries are settings of the site.
/// </remarks>
internal sealed class SecretMask
{
    private const int LeastLength = 4;
    private const int LeastLengthOfLogin = 8;
    private const string Hidden = "***";

    // The longest first: a value may be a part of another one.
    private readonly string[] _forms;

    private SecretMask(IEnumerable<string> values) =>
        _forms = [
            .. values.SelectMany(FormsOf).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length),
        ];

    /// <summary>Hides nothing.</summary>
    public static SecretMask None { get; } = new([]);

    /// <summary>The length of the longest text to hide; 0 if there is none.</summary>
    public int LongestLength => _forms is [var first, ..] ? first.Length : 0;

    /// <summary>Hides the private values of a request and of a saved login.</summary>
    /// <param name="page">Valid options. Secrets that are not set are left out: the visit fails without them.</param>
    /// <param name="login">The values of the login.</param>
    public static SecretMask Of(PageOptions page, IEnumerable<string> login)
    {
        ArgumentNullException.ThrowIfNull(page);
        IEnumerable<SecretText?> texts =
        [
            .. page.Headers?.Values ?? [],
            .. (page.Cookies ?? []).Select(cookie => cookie.Value),
            page.BasicAuth?.Username,
            page.BasicAuth?.Password,
            .. (page.Actions ?? []).Select(step => step.Write?.Text),
        ];
        return new SecretMask([
            .. texts.SelectMany(ValuesOf),
            .. BasicOf(page.BasicAuth),
            .. login.Where(value => value.Length >= LeastLengthOfLogin),
        ]);
    }

    /// <summary>Replaces private values.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isCut">Whether the text was cut off, so that it may end within a private value.</param>
    public string Apply(string text, bool isCut = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var form in _forms)
            text = text.Replace(form, Hidden, StringComparison.Ordinal);
        return isCut ? WithoutBegunForm(text) : text;
    }

    private string WithoutBegunForm(string text)
    {
        var longest = 0;
        foreach (var form in _forms)
        {
            var length = Math.Min(form.Length - 1, text.Length);
            while (length > longest && !text.AsSpan().EndsWith(form.AsSpan(0, length), StringComparison.Ordinal))
                length--;
            longest = Math.Max(longest, length);
        }
        return longest == 0 ? text : text[..^longest] + Hidden;
    }

    private static IEnumerable<string> ValuesOf(SecretText? secret)
    {
        if (secret is null || !secret.TryRead(out var text, out _))
            return [];
        var least = secret.SecretName is null ? LeastLength : 1;
        // "Bearer TOKEN": the token alone is private too.
        var word = text[(text.LastIndexOf(' ') + 1)..];
        return new[] { text, text.Trim(), word.Length >= 2 * LeastLength ? word : "" }.Where(t => t.Length >= least);
    }

    // As the header Authorization has them, in Base64.
    private static string[] BasicOf(BasicAuth? basic) =>
        basic?.Username?.TryRead(out var user, out _) is true
        && basic.Password?.TryRead(out var password, out _) is true
            ? [$"{user}:{password}"]
            : [];

    private static IEnumerable<string> FormsOf(string value)
    {
        var escaped = Uri.EscapeDataString(value);
        // What encodeURIComponent leaves as it is.
        var component = escaped
            .Replace("%21", "!", StringComparison.Ordinal)
            .Replace("%27", "'", StringComparison.Ordinal)
            .Replace("%28", "(", StringComparison.Ordinal)
            .Replace("%29", ")", StringComparison.Ordinal)
            .Replace("%2A", "*", StringComparison.Ordinal);
        var form = escaped
            .Replace("%20", "+", StringComparison.Ordinal)
            .Replace("%2A", "*", StringComparison.Ordinal)
            .Replace("~", "%7E", StringComparison.Ordinal);
        var json = JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        string[] forms = [value, escaped, component, form, json.ToString()];
        var base64 = value.Length < LeastLength ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        return
        [
            .. forms,
            .. forms.Select(LowerEscapes),
            .. base64 is null ? (string[])[] : [base64, base64.TrimEnd('=')],
        ];
    }

    // Some servers and scripts write %c3 instead of %C3.
    private static string LowerEscapes(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var lower = text.ToCharArray();
        for (var i = 0; i + 2 < lower.Length; i++)
        {
            if (lower[i] == '%')
                (lower[i + 1], lower[i + 2]) = (
                    char.ToLowerInvariant(lower[i + 1]),
                    char.ToLowerInvariant(lower[i + 2])
                );
        }
        return new string(lower);
    }
}
