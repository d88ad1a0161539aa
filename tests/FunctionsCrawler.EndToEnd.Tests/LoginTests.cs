using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A login that is saved, and the crawls, scrapes and servers that use it.</summary>
[Needs(Need.Chromium)]
public sealed class LoginTests : EndToEndTest
{
    private const string File = "state.json";

    private static readonly Dictionary<string, string> Environment = new()
    {
        ["CRAWL_SECRET_MEMBER"] = MemberSite.Password,
    };

    private readonly ConcurrentQueue<string> _elsewhere = new();
    private TestSite _other = null!;
    private TestSite _site = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _other = await TestSite.StartAsync(context =>
        {
            _elsewhere.Enqueue(string.Join('\n', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}")));
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<p>Another site.</p>");
        });
        _site = await MemberSite.StartAsync(_other.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        await System.IO.File.WriteAllTextAsync(Place.At("steps.json"), MemberSite.Steps);
    }

    public override async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Login_Saved_CountsAreShownAndTheFileIsPrivate()
    {
        NeedsChromium();
        var exit = await LoginAsync();

        exit.Expect(0);
        Assert.Equal(
            $"saved 1 cookie of 127.0.0.1 and 1 localStorage item of {_site.Url.TrimEnd('/')} to 'state.json'\n",
            exit.Out.ReplaceLineEndings("\n")
        );
        AssertShowsNoSecret(exit.Out + exit.Error);
        Assert.Equal(["state.json", "steps.json"], Place.Entries());
        var saved = await System.IO.File.ReadAllTextAsync(Place.At(File));
        Assert.Contains(MemberSite.Session, saved, StringComparison.Ordinal);
        Assert.Contains(MemberSite.Token, saved, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                System.IO.File.GetUnixFileMode(Place.At(File))
            );
    }

    [Fact]
    public async Task Scrape_SavedLogin_SeesWhatAMemberSees()
    {
        NeedsChromium();
        (await LoginAsync()).Expect(0);
        string[] scrape = ["scrape", _site.Url + "order", "--allow-private"];

        var http = await RunAsync([.. scrape, "--render", "never", "--storage-state", File]);
        var rendered = await RunAsync([.. scrape, "--render", "always", "--storage-state", File]);
        var ofVariable = await RunAsync(
            new Dictionary<string, string> { ["CRAWL_STORAGE_STATE"] = File },
            [.. scrape, "--render", "never"]
        );
        var without = await RunAsync([.. scrape, "--render", "never"]);

        foreach (var exit in (CrawlExit[])[http, rendered, ofVariable])
        {
            Assert.Contains(MemberSite.Content, exit.Expect(0).Out, StringComparison.Ordinal);
            AssertShowsNoSecret(exit.Out + exit.Error);
        }
        Assert.Contains(MemberSite.Balance, rendered.Out, StringComparison.Ordinal);
        Assert.Contains("Please log in", without.Expect(0).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    public async Task Crawl_SavedLogin_IsInNoFileAndGoesNowhereElse(string render)
    {
        NeedsChromium();
        (await LoginAsync()).Expect(0);
        string[] options = ["--render", render, "--allow-private", "--storage-state", File, "--out", "out", "--json"];

        var exit = await RunAsync([
            _site.Url + "order",
            _site.Url + "away",
            "--depth",
            "1",
            "--scope",
            "any",
            .. options,
        ]);

        var pages = Read("out").Pages;
        AssertShowsNoSecret(exit.Out + exit.Error);
        Assert.Equal(2, pages.Count(p => p.Markdown?.Contains(MemberSite.Content, StringComparison.Ordinal) is true));
        foreach (var file in Directory.EnumerateFiles(Place.At("out"), "*", SearchOption.AllDirectories))
        {
            var content = Encoding.Latin1.GetString(await System.IO.File.ReadAllBytesAsync(file));
            AssertShowsNoSecret(content);
            Assert.DoesNotContain(File, content, StringComparison.Ordinal);
        }
        Assert.NotEmpty(_elsewhere);
        Assert.All(_elsewhere, headers => Assert.DoesNotContain("Cookie", headers, StringComparison.Ordinal));

        var resumed = await RunAsync(["--resume", "out", "--max-pages", "2000"]);
        resumed.Expect(2);
        Assert.Contains(
            "had a storage state, which is not stored; set it again",
            resumed.Error,
            StringComparison.Ordinal
        );
        var again = await RunAsync(["--resume", "out", "--max-pages", "2000", "--storage-state", File, "--quiet"]);
        Assert.NotEqual(2, again.Code);
    }

    [Fact]
    public async Task Serve_SavedLogin_IsOfTheOperatorAndNotOfRequests()
    {
        NeedsChromium();
        (await LoginAsync()).Expect(0);
        var server = Place.Start(
            "serve",
            "--port",
            "0",
            "--storage",
            "served",
            "--allow-private",
            "--storage-state",
            File
        );
        using var client = new ContractClient(await Workplace.ServeAsync(server));

        var scraped = await client.ScrapeAsync(new { url = _site.Url + "order", render = "never" });
        var refused = await client.ScrapeAsync(new { url = _site.Url, page = new { storageState = "/etc/passwd" } });

        var body = scraped.Expect(HttpStatusCode.OK).Body;
        Assert.Contains(MemberSite.Content, body, StringComparison.Ordinal);
        refused.Expect(HttpStatusCode.BadRequest);
        server.Signal(CrawlProcess.Terminate);
        await server.ExitAsync();
        AssertShowsNoSecret(body + server.Out + server.Error);
    }

    [Theory]
    [InlineData("[{\"click\":\"#missing\"}]", "step 1, click #missing: no element matches")]
    [InlineData("[{\"click\":\"text:Log in\"}]", "the server responded with 401")]
    public async Task Login_Fails_SavesNothingAndKeepsAnEarlierFile(string steps, string message)
    {
        NeedsChromium();
        await System.IO.File.WriteAllTextAsync(Place.At("steps.json"), steps);
        await System.IO.File.WriteAllTextAsync(Place.At(File), "earlier");

        var exit = await LoginAsync("--timeout", "12");

        exit.Expect(3);
        Assert.Contains("nothing was saved", exit.Error, StringComparison.Ordinal);
        Assert.Contains(message, exit.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("earlier", await System.IO.File.ReadAllTextAsync(Place.At(File)));
        Assert.Equal(["state.json", "steps.json"], Place.Entries());
    }

    [Fact]
    public async Task Login_Interrupted_LeavesNeitherFileNorBrowser()
    {
        NeedsChromium();
        NeedsSignals();
        await System.IO.File.WriteAllTextAsync(Place.At("steps.json"), """[{"wait":"60000"}]""");
        var login = Place.Start(Arguments("--timeout", "120"), new Surroundings { Environment = Environment });
        await login.UntilAsync(() => _site.Requests > 0, "the page was requested");

        login.Signal(CrawlProcess.Interrupt);

        var exit = (await login.ExitAsync()).Expect(130);
        Assert.Contains("the login was cancelled; nothing was saved", exit.Error, StringComparison.Ordinal);
        Assert.Equal(["steps.json"], Place.Entries());
    }

    [Theory]
    [InlineData("", "--save is missing")]
    [InlineData("--save .", "--save is '.'; it must be the name of a file")]
    [InlineData("--save none/state.json", "--save is 'none/state.json'; its folder does not exist")]
    [InlineData("--save s.json --storage-state s.json", "there is no option '--storage-state'")]
    [InlineData("--save s.json --actions missing.json", "--actions 'missing.json' cannot be read")]
    public async Task Login_InvalidCommandLine_IsNamed(string options, string message)
    {
        var exit = await RunAsync(["login", _site.Url, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        exit.Expect(2);
        Assert.Contains(message, exit.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scrape")]
    [InlineData("map")]
    [InlineData("serve")]
    [InlineData("")]
    public async Task StorageState_Invalid_IsNamedWithItsElement(string command)
    {
        await System.IO.File.WriteAllTextAsync(
            Place.At(File),
            """{"cookies":[{"name":"a","value":"hunter2;","domain":"a"}]}"""
        );
        string[] url = command == "serve" ? [] : ["https://a.example/"];
        var invalid = await RunAsync([
            .. command.Length > 0 ? [command] : (string[])[],
            .. url,
            "--storage-state",
            File,
        ]);
        var missing = await RunAsync(
            new Dictionary<string, string> { ["CRAWL_STORAGE_STATE"] = "none.json" },
            [.. command.Length > 0 ? [command] : (string[])[], .. url]
        );

        Assert.Contains(
            "--storage-state: the storage state 'state.json' is invalid: cookies[0].value must not have semicolons",
            invalid.Expect(2).Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hunter2", invalid.Error, StringComparison.Ordinal);
        Assert.Contains(
            "CRAWL_STORAGE_STATE: the storage state 'none.json' cannot be read",
            missing.Expect(2).Error,
            StringComparison.Ordinal
        );
    }

    private Task<CrawlExit> LoginAsync(params string[] options) => RunAsync(Environment, Arguments(options));

    private string[] Arguments(params string[] options) =>
        ["login", _site.Url + "login", "--actions", "steps.json", "--save", File, "--allow-private", .. options];

    private Task<CrawlExit> RunAsync(IReadOnlyDictionary<string, string> environment, string[] arguments) =>
        Place.Start(arguments, new Surroundings { Environment = environment }).ExitAsync();

    private static void AssertShowsNoSecret(string text) =>
        Assert.All(MemberSite.Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
}
