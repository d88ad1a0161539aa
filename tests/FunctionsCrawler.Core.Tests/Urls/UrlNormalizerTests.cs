using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public class UrlNormalizerTests
{
    [Theory]
    // RFC 3986 6.2.2.1: case
    [InlineData("HTTP://www.EXAMPLE.com/", "http://www.example.com/")]
    [InlineData("http://a/Path?Query", "http://a/Path?Query")]
    [InlineData("http://a/x%c3%a9%2f?q=%2f%3d", "http://a/x%C3%A9%2F?q=%2F%3D")]
    // 6.2.2.2: percent-encoding
    [InlineData("http://example.com/%7Esmith/%41%2D%2E%5F", "http://example.com/~smith/A-._")]
    [InlineData("http://a/?%7e=%61", "http://a/?~=a")]
    [InlineData("http://a/%252F%25", "http://a/%252F%25")]
    [InlineData("http://a/%/%2e%2E/%7e?%4", "http://a/~?%254")]
    [InlineData("http://a/%%34%31", "http://a/%2541")]
    [InlineData("http://ex%61mple.com/", "http://example.com/")]
    // 6.2.2.3: dot segments
    [InlineData("http://a/b/../c/./d/..", "http://a/c/")]
    [InlineData("http://a/b/%2e%2E/c", "http://a/c")]
    [InlineData("http://a/../../g", "http://a/g")]
    [InlineData("http://a/b/..%2F../c", "http://a/b/..%2F../c")]
    [InlineData("http://a//b//c", "http://a//b//c")]
    [InlineData("http://a/?/../b", "http://a/?/../b")]
    // 6.2.3: scheme
    [InlineData("http://example.com", "http://example.com/")]
    [InlineData("http://example.com:/", "http://example.com/")]
    [InlineData("http://example.com:80/", "http://example.com/")]
    [InlineData("https://example.com:443/", "https://example.com/")]
    [InlineData("https://example.com:80/", "https://example.com:80/")]
    [InlineData("http://example.com?q", "http://example.com/?q")]
    [InlineData("http://a/b?", "http://a/b")]
    [InlineData("http://a/b?#c", "http://a/b")]
    [InlineData("http://a/b#c?d", "http://a/b")]
    // reserved characters and the order of parameters
    [InlineData("http://a/;b=1,(2)!*'$&+:@=", "http://a/;b=1,(2)!*'$&+:@=")]
    [InlineData("http://a/?z=1&a=b+c&&a=%2B", "http://a/?z=1&a=b+c&&a=%2B")]
    // characters that must be encoded
    [InlineData("http://a/é b\"<>^`{|}", "http://a/%C3%A9%20b%22%3C%3E%5E%60%7B%7C%7D")]
    [InlineData("http://a/%?%zz", "http://a/%25?%25zz")]
    [InlineData("http://a/%E9", "http://a/%E9")]
    // user-info
    [InlineData("http://user:secret@example.com/", "http://example.com/")]
    [InlineData("http://u:p@q@example.com/a@b", "http://example.com/a@b")]
    // hosts
    [InlineData("http://example.com./a", "http://example.com/a")]
    [InlineData("http://BÜCHER.example/", "http://xn--bcher-kva.example/")]
    [InlineData("http://a。example/", "http://a.example/")]
    [InlineData("http://0x7f.1/", "http://127.0.0.1/")]
    [InlineData("http://0x7f.1./", "http://127.0.0.1/")]
    [InlineData("http://2130706433/", "http://127.0.0.1/")]
    [InlineData("http://[::FFFF:7F00:1]:8080/", "http://[::ffff:127.0.0.1]:8080/")]
    [InlineData("http://[fe80::1%25eth0]/", "http://[fe80::1]/")]
    [InlineData("http://my_host/", "http://my_host/")]
    // what browsers tolerate
    [InlineData(" \n http://a/b\r\n/c\t ", "http://a/b/c")]
    [InlineData("http:\\\\a\\b?c\\d", "http://a/b?c%5Cd")]
    public void Normalize_ValidUrl_ReturnsTheNormalizedForm(string text, string expected)
    {
        Assert.True(UrlNormalizer.TryNormalize(text, false, out var normalized, out var fault), fault);
        Assert.Equal(expected, normalized);
        Assert.Equal(expected, new Uri(normalized).AbsoluteUri);
    }

    [Theory]
    [InlineData("/docs", "\"/docs\" is not an absolute URL; it must begin with http:// or https://.")]
    [InlineData("", "\"\" is not an absolute URL; it must begin with http:// or https://.")]
    [InlineData("//a/b", "\"//a/b\" is not an absolute URL; it must begin with http:// or https://.")]
    [InlineData("a b", "\"a b\" is not an absolute URL; it must begin with http:// or https://.")]
    [InlineData("ftp://a/", "\"ftp://a/\" has the scheme \"ftp\"; only http and https are allowed.")]
    [InlineData("mailto:a@b", "\"mailto:a@b\" has the scheme \"mailto\"; only http and https are allowed.")]
    [InlineData("a.com:80/", "\"a.com:80/\" has the scheme \"a.com\"; only http and https are allowed.")]
    [InlineData("http:", "\"http:\" has no valid host or port; a URL looks like https://example.com/page.")]
    [InlineData("http:a", "\"http:a\" has no valid host or port; a URL looks like https://example.com/page.")]
    [InlineData("http:///a", "\"http:///a\" has no valid host or port; a URL looks like https://example.com/page.")]
    [InlineData(
        "http://a:99999",
        "\"http://a:99999\" has no valid host or port; a URL looks like https://example.com/page."
    )]
    [InlineData("http://u@/", "\"http://u@/\" has no valid host or port; a URL looks like https://example.com/page.")]
    [InlineData(
        "http://a\u0001b/\n",
        "\"http://a b/ \" has no valid host or port; a URL looks like https://example.com/page."
    )]
    public void Normalize_InvalidUrl_FaultNamesValueAndWhatIsAllowed(string text, string expected)
    {
        Assert.False(UrlNormalizer.TryNormalize(text, false, out var normalized, out var fault));
        Assert.Equal(expected, fault);
        Assert.Empty(normalized);
    }

    [Fact]
    public void Normalize_LengthLimit_AcceptsTheLimitAndRejectsOneMore()
    {
        var longest = "http://a/".PadRight(UrlNormalizer.MaxLength, 'x');
        Assert.True(UrlNormalizer.TryNormalize(longest, false, out var normalized, out _));
        Assert.Equal(longest, normalized);

        Assert.False(UrlNormalizer.TryNormalize(longest + "x", false, out _, out var fault));
        Assert.Contains("has 4097 characters; at most 4096", fault, StringComparison.Ordinal);
        Assert.InRange(fault.Length, 1, 250);
    }

    [Fact]
    public void Normalize_ExceedsTheLimitAfterEncoding_IsAFault()
    {
        var text = "http://a/" + new string('é', 1000);
        Assert.False(UrlNormalizer.TryNormalize(text, false, out _, out var fault));
        Assert.Contains("has 6009 characters; at most 4096", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a/?utm_source=x&id=1&UTM_Medium=y&gclid=z", "http://a/?id=1")]
    [InlineData("http://a/?fbclid=1&msclkid=2&_ga=3", "http://a/")]
    [InlineData("http://a/?b=utm_source&gclid2=1&a", "http://a/?b=utm_source&gclid2=1&a")]
    [InlineData("http://a/?b=&&c=1&yclid", "http://a/?b=&&c=1")]
    [InlineData("http://a/utm_source=1", "http://a/utm_source=1")]
    public void Normalize_TrackingParameters_AreRemovedOnlyOnRequest(string text, string expected)
    {
        Assert.True(UrlNormalizer.TryNormalize(text, true, out var dropped, out _));
        Assert.Equal(expected, dropped);
        Assert.True(UrlNormalizer.TryNormalize(text, false, out var kept, out _));
        Assert.Equal(text, kept);
    }
}
