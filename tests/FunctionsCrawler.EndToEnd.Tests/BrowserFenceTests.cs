using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>What the processes of a browser are told, by their arguments and their environment, while it crawls.</summary>
public sealed class BrowserFenceTests : EndToEndTest
{
    private static readonly Dictionary<string, string> Secrets = new(StringComparer.Ordinal)
    {
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=secret-1",
        ["AZURE_CLIENT_SECRET"] = "secret-2",
        ["IDENTITY_ENDPOINT"] = "http://169.254.1.1/secret-3",
        ["IDENTITY_HEADER"] = "secret-4",
        ["CRAWL_API_KEY"] = "secret-5",
        ["HTTPS_PROXY"] = "http://127.0.0.1:9/secret-6",
        ["CHROMIUM_FLAGS"] = "--secret-7",
    };

    [Fact]
    public async Task Browser_WhileItCrawls_IsToldNeitherSecretsNorWhatTheRequestSays()
    {
        NeedsChromium();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are read from /proc.");
        await using var site = await TestSite.StartAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<h1>Page</h1><script>fetch('/more')</script>");
        });
        // The page comes, and what it asks for does not: the renderer is there to be looked at.
        var held = site.HoldAfter(1);
        string[] arguments =
        [
            site.Url
                + "--proxy-server=evil.example:1/..%2f..%2fetc?--no-sandbox&--renderer-cmd-prefix=evil#--load-extension=evil",
            "--include",
            "**/--proxy-server=evil.example:1",
            "--exclude",
            "**/../--user-data-dir=/evil",
            "--allow-private",
            "--render",
            "always",
            "--out",
            "out",
        ];
        var crawl = Place.Start(arguments, new Surroundings { Environment = Secrets });
        await crawl.UntilAsync(held, "the renderer asked");

        // By descent: what they show is what is asked here. The first is the program itself, which has the secrets.
        var said = ProcessTree
            .Of(crawl.Id)
            .Skip(1)
            .Select(p => (p.Arguments, Environment: ProcessTree.Read(p.Pid, "environ")))
            .ToList();
        site.ReleaseAll();
        await crawl.ExitAsync();

        Assert.Contains(said, p => p.Arguments.Contains("--type=renderer", StringComparison.Ordinal));
        Assert.Contains(said, p => p.Environment.Contains("FUNCTIONS_CRAWLER_INVOCATION=", StringComparison.Ordinal));
        Assert.All(
            said,
            p =>
            {
                Assert.DoesNotContain("secret-", p.Environment, StringComparison.Ordinal);
                Assert.All(
                    Secrets.Keys,
                    name => Assert.DoesNotContain(name + "=", p.Environment, StringComparison.Ordinal)
                );
                Assert.DoesNotContain("evil", p.Arguments, StringComparison.Ordinal);
                Assert.DoesNotContain("secret-", p.Arguments, StringComparison.Ordinal);
                Assert.DoesNotContain("..", p.Arguments, StringComparison.Ordinal);
                Assert.All(
                    p.Arguments.Split(' ').Where(a => a.StartsWith("--proxy-server=", StringComparison.Ordinal)),
                    a => Assert.StartsWith("--proxy-server=socks5://127.0.0.1:", a, StringComparison.Ordinal)
                );
            }
        );
    }

    [Theory]
    [InlineData("on", "on: CRAWL_SANDBOX is on")]
    [InlineData("off", "off: CRAWL_SANDBOX is off")]
    [InlineData("auto", null)]
    public async Task Doctor_Sandbox_SaysWhetherItIsOnAndWhy(string set, string? says)
    {
        NeedsChromium();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["CRAWL_SANDBOX"] = set };
        var exit = await Place.Start(["doctor"], new Surroundings { Environment = variables }).ExitAsync();
        var line = exit.Out.Split('\n').Single(l => l.Contains(" sandbox ", StringComparison.Ordinal));
        if (says is not null)
            Assert.Contains(says, line, StringComparison.Ordinal);
        else if (Environment.IsPrivilegedProcess)
            Assert.EndsWith("off: running as root", line.TrimEnd(), StringComparison.Ordinal);
        // Chromium refuses to be sandboxed as root, and doctor says that no browser starts.
        exit.Expect(set is "on" && Environment.IsPrivilegedProcess ? 1 : 0);
    }

    [Fact]
    public async Task Crawl_SandboxIsSetToNonsense_IsRefusedByName()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["CRAWL_SANDBOX"] = "maybe" };
        var exit = await Place.Start(["doctor"], new Surroundings { Environment = variables }).ExitAsync();
        Assert.Equal(1, exit.Code);
        Assert.Contains(
            "CRAWL_SANDBOX is 'maybe', but only 'auto', 'on' and 'off' are allowed",
            exit.Out,
            StringComparison.Ordinal
        );
    }
}
