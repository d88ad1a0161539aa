using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public class UrlNormalizerProperties
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(3000);

    private static readonly Gen<string> Hosts = Gen.Elements(
        "a",
        "EXAMPLE.com",
        "example.com.",
        "münchen.de",
        "a。b",
        "0x7f.1.",
        "127.1",
        "[::FFFF:1.2.3.4]",
        "xn--mnchen-3ya.de:80",
        "u:p@host:8080"
    );

    private static readonly Gen<string> Tails = Texts([
        "/",
        "//",
        ".",
        "..",
        "/../",
        "%2e",
        "%2F",
        "%7e",
        "%25",
        "%",
        "%4",
        "%zz",
        "%C3%A9",
        "%e9",
        "?",
        "&",
        "=",
        "+",
        "#",
        "a",
        "B",
        "é",
        "\ud800",
        "😀",
        " ",
        "\t",
        "\\",
        "[",
        "]",
        "|",
        "\"",
        "'",
        ";",
        ":",
        "@",
        "\u202e",
    ]);

    private static readonly Gen<string> Wild = Texts([
        "http",
        "https",
        "HTTP",
        "ftp",
        ":",
        "//",
        "/",
        "\\",
        "@",
        ".",
        "..",
        "[",
        "]",
        "::1",
        "%",
        "%41",
        "#",
        "?",
        "a",
        "é",
        "。",
        "xn--",
        "-",
        "_",
        "0x",
        "7",
        "99999",
        "\0",
        "\n",
        " ",
        "\ud800",
        "\udc00",
        "ß",
        "\u00ad",
    ]);

    [Fact]
    public void Normalize_AnyUrl_IsIdempotentAsciiAndUnchangedByUri()
    {
        var urls =
            from scheme in Gen.Elements("http://", "HTTPS://")
            from host in Hosts
            from tail in Tails
            select scheme + host + "/" + tail;
        Prop.ForAll(urls.ToArbitrary(), url => IsNormal(Normalize(url))).Check(Thorough);
    }

    [Fact]
    public void Normalize_AnyText_NeverThrowsAndIsIdempotent() =>
        Prop.ForAll(
                Gen.OneOf(Wild, Wild.Select(text => "http://" + text), ArbMap.Default.GeneratorFor<string>())
                    .ToArbitrary(),
                text =>
                    text is null
                    || (
                        UrlNormalizer.TryNormalize(text, false, out var normalized, out var fault)
                            ? IsNormal(normalized)
                            : fault.Length > 0 && !fault.Any(char.IsControl)
                    )
            )
            .Check(Thorough);

    [Fact]
    public void Resolve_AnyReference_NeverThrowsAndResultIsNormalized()
    {
        var page = new Uri("https://example.com/a/b?c");
        Prop.ForAll(
                Gen.OneOf(Wild, Tails).ToArbitrary(),
                text =>
                    !UrlNormalizer.TryResolve(page, text, false, out var normalized, out var fault)
                        ? fault.Length > 0
                        : IsNormal(normalized)
            )
            .Check(Thorough);
    }

    private static bool IsNormal(string url) =>
        string.Equals(Normalize(url), url, StringComparison.Ordinal)
        && string.Equals(new Uri(url).AbsoluteUri, url, StringComparison.Ordinal)
        && Regex.IsMatch(url, @"\Ahttps?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?/[!-~]*\z", Linear)
        && !url.Contains('#', StringComparison.Ordinal)
        && Regex.Matches(url, "%(..)?", Linear).All(escape => IsNormalizedEscape(escape.Value));

    /// <summary>Whether an escape has two upper-case hexadecimal digits and does not encode an unreserved character.</summary>
    private static bool IsNormalizedEscape(string escape) =>
        Regex.IsMatch(escape, "^%[0-9A-F]{2}$", Linear)
        && (char)Convert.ToByte(escape[1..], 16) is var c
        && !char.IsAsciiLetterOrDigit(c)
        && c is not ('-' or '.' or '_' or '~');

    private static string Normalize(string url)
    {
        Assert.True(UrlNormalizer.TryNormalize(url, false, out var normalized, out var fault), fault);
        return normalized;
    }

    private static Gen<string> Texts(string[] pieces) => Gen.Elements(pieces).ArrayOf().Select(string.Concat);
}
