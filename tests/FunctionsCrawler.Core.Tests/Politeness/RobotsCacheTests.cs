using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Politeness;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Politeness;

public sealed class RobotsCacheTests : IDisposable
{
    private const string Address = "https://example.com/robots.txt";

    private readonly FakeTimeProvider _time = new();
    private readonly AnswerTable _site = new();
    private readonly RobotsCache _cache;

    public RobotsCacheTests() => _cache = new RobotsCache(_site, CrawlerIdentity.ProductToken, _time);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Get_File_AppliesToItsOriginOnly()
    {
        _site.Add(Address, "User-agent: *\nDisallow: /private");
        Assert.Null(await RefuseAsync("https://example.com/public"));
        Assert.Equal(ErrorCode.Robots, (await RefuseAsync("https://example.com/private/a"))?.Code);
        Assert.Null(await RefuseAsync("https://example.com:444/private/a"));
        Assert.Null(await RefuseAsync("http://example.com/private/a"));
        Assert.Equal([Address, "https://example.com:444/robots.txt", "http://example.com/robots.txt"], _site.Asked);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(429)]
    public async Task Get_Unavailable_AllowsEverything(int status)
    {
        _site.Add(Address, AnswerTable.Answer(status));
        Assert.Null(await RefuseAsync("https://example.com/a"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Get_ServerError_DisallowsEverythingWithReason(int status)
    {
        _site.Add(Address, AnswerTable.Answer(status));
        var refusal = await RefuseAsync("https://example.com/a");
        Assert.Equal(ErrorCode.Robots, refusal?.Code);
        Assert.Contains($"{Address} responded with {status}", refusal!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorCode.Dns)]
    [InlineData(ErrorCode.Connect)]
    [InlineData(ErrorCode.Tls)]
    [InlineData(ErrorCode.Timeout)]
    [InlineData(ErrorCode.BlockedAddress)]
    public async Task Get_HostUnreachable_RefusesWithThatError(ErrorCode code)
    {
        _site.Add(Address, AnswerTable.Failed(code));
        Assert.Equal(code, (await RefuseAsync("https://example.com/a"))?.Code);
    }

    [Fact]
    public async Task Get_RedirectTargetUnreachable_DisallowsEverything()
    {
        var hop = new RedirectHop(Address, 301);
        _site.Add(Address, AnswerTable.Failed(ErrorCode.BlockedAddress) with { Redirects = [hop] });
        Assert.Equal(ErrorCode.Robots, (await RefuseAsync("https://example.com/a"))?.Code);
    }

    [Theory]
    [InlineData(ErrorCode.RedirectLoop)]
    [InlineData(ErrorCode.OutOfScope)]
    public async Task Get_RedirectCannotBeFollowed_AllowsEverything(ErrorCode code)
    {
        var hop = new RedirectHop(Address, 301);
        _site.Add(Address, AnswerTable.Failed(code) with { Status = 301, Redirects = [hop] });
        Assert.Null(await RefuseAsync("https://example.com/a"));
    }

    [Fact]
    public async Task Get_TransientServerError_IsRetried()
    {
        _site.Add(Address, AnswerTable.Answer(503), AnswerTable.Answer(200, "User-agent: *\nDisallow: /a"));
        Assert.Equal(ErrorCode.Robots, (await RefuseAsync("https://example.com/a"))?.Code);
        Assert.Null(await RefuseAsync("https://example.com/b"));
        Assert.Equal([Address, Address], _site.Asked);
    }

    [Fact]
    public async Task Get_Expired_IsFetchedAgainAfterADayOrAMinuteAfterFailure()
    {
        _site.Add(Address, AnswerTable.Answer(500), AnswerTable.Answer(200, ""));
        Assert.NotNull(await RefuseAsync("https://example.com/a"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await RefuseAsync("https://example.com/a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await RefuseAsync("https://example.com/a"));
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Null(await RefuseAsync("https://example.com/a"));
        Assert.Equal(2, _site.Asked.Count);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await RefuseAsync("https://example.com/a"));
        Assert.Equal(3, _site.Asked.Count);
    }

    [Fact]
    public async Task Get_Concurrently_SendsOneRequest()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => RefuseAsync($"https://example.com/{i}")));
        Assert.Equal([Address], _site.Asked);
    }

    private async Task<PageError?> RefuseAsync(string url)
    {
        var getting = _cache.GetAsync(new Uri(url), TestContext.Current.CancellationToken);
        // Advance the fake clock for the delays between attempts.
        while (!getting.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }
        return (await getting).Refuse(new Uri(url));
    }
}
