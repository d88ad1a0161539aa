using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Urls;

public class UrlResolutionTests
{
    [Theory]
    // RFC 3986 5.4.1, without the fragment
    [InlineData("g", "http://a/b/c/g")]
    [InlineData("./g", "http://a/b/c/g")]
    [InlineData("g/", "http://a/b/c/g/")]
    [InlineData("/g", "http://a/g")]
    [InlineData("//g", "http://g/")]
    [InlineData("?y", "http://a/b/c/d;p?y")]
    [InlineData("g?y", "http://a/b/c/g?y")]
    [InlineData("#s", "http://a/b/c/d;p?q")]
    [InlineData("g#s", "http://a/b/c/g")]
    [InlineData("g?y#s", "http://a/b/c/g?y")]
    [InlineData(";x", "http://a/b/c/;x")]
    [InlineData("g;x", "http://a/b/c/g;x")]
    [InlineData("g;x?y#s", "http://a/b/c/g;x?y")]
    [InlineData("", "http://a/b/c/d;p?q")]
    [InlineData(".", "http://a/b/c/")]
    [InlineData("./", "http://a/b/c/")]
    [InlineData("..", "http://a/b/")]
    [InlineData("../", "http://a/b/")]
    [InlineData("../g", "http://a/b/g")]
    [InlineData("../..", "http://a/")]
    [InlineData("../../", "http://a/")]
    [InlineData("../../g", "http://a/g")]
    // 5.4.2
    [InlineData("../../../g", "http://a/g")]
    [InlineData("../../../../g", "http://a/g")]
    [InlineData("/./g", "http://a/g")]
    [InlineData("/../g", "http://a/g")]
    [InlineData("g.", "http://a/b/c/g.")]
    [InlineData(".g", "http://a/b/c/.g")]
    [InlineData("g..", "http://a/b/c/g..")]
    [InlineData("..g", "http://a/b/c/..g")]
    [InlineData("./../g", "http://a/b/g")]
    [InlineData("./g/.", "http://a/b/c/g/")]
    [InlineData("g/./h", "http://a/b/c/g/h")]
    [InlineData("g/../h", "http://a/b/c/h")]
    [InlineData("g;x=1/./y", "http://a/b/c/g;x=1/y")]
    [InlineData("g;x=1/../y", "http://a/b/c/y")]
    [InlineData("g?y/./x", "http://a/b/c/g?y/./x")]
    [InlineData("g?y/../x", "http://a/b/c/g?y/../x")]
    [InlineData("g#s/../x", "http://a/b/c/g")]
    [InlineData("http:g", "http://a/b/c/g")]
    // beyond the RFC
    [InlineData("https://H/x", "https://h/x")]
    [InlineData("./a:b", "http://a/b/c/a:b")]
    [InlineData("\\\\h\\x", "http://h/x")]
    [InlineData("/\\h/x", "http://h/x")]
    [InlineData(" g\n", "http://a/b/c/g")]
    public void Resolve_Reference_FollowsRfc3986(string reference, string expected)
    {
        var page = new Uri("http://a/b/c/d;p?q");
        Assert.True(UrlNormalizer.TryResolve(page, reference, false, out var normalized, out var fault), fault);
        Assert.Equal(expected, normalized);
    }

    [Fact]
    public void Resolve_BaseIsNotNormalized_NormalizesTheResult()
    {
        var page = new Uri("http://u@BÜCHER.example.:80/%c3%a9/%?x#y");
        Assert.True(UrlNormalizer.TryResolve(page, "%7eg?utm_id=1#z", true, out var normalized, out var fault), fault);
        Assert.Equal("http://xn--bcher-kva.example/%C3%A9/~g", normalized);
    }

    [Theory]
    [InlineData("g:h", "the scheme \"g\"")]
    [InlineData("javascript:void(0)", "the scheme \"javascript\"")]
    [InlineData("mailto:a@b", "the scheme \"mailto\"")]
    [InlineData("C:\\a", "the scheme \"C\"")]
    [InlineData("http://", "no valid host")]
    public void Resolve_InvalidReference_IsAFault(string reference, string expected)
    {
        var page = new Uri("http://a/b");
        Assert.False(UrlNormalizer.TryResolve(page, reference, false, out _, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }
}
