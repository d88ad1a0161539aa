using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Arguments and environment of browser processes contain no secrets and nothing from the request.</summary>
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
    [Needs(Need.Chromium)]
    public async Task Browser_DuringACrawl_GetsNeitherSecretsNorTextOfTheRequest()
    {
        NeedsChromium();
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "Processes are read from /proc.");
        await using var site = await TestSite.StartAsync(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<h1>Page</h1><script>fetch('/more')</script>");
        });
        // The page is answered but its subresource is not, so the renderer stays alive during the inspection.
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
        await crawl.UntilAsync(held, "the renderer requests the subresource");

        // Found by descent, because their arguments and environment are under test. The first is the program itself, which has
        // the secrets.
        var processes = ProcessTree
            .Of(crawl.Id)
            .Skip(1)
            .Select(p => (p.Arguments, Environment: ProcessTree.Read(p.Pid, "environ")))
            .ToList();
        site.ReleaseAll();
        await crawl.ExitAsync();

        Assert.Contains(processes, p => p.Arguments.Contains("--type=renderer", StringComparison.Ordinal));
        Assert.Contains(
            processes,
            p => p.Environment.Contains("FUNCTIONS_CRAWLER_INVOCATION=", StringComparison.Ordinal)
        );
        Assert.All(
            processes,
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
    [Needs(Need.Chromium)]
    public async Task Doctor_Sandbox_ReportsItsStateAndWhy(string set, string? expected)
    {
        NeedsChromium();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["CRAWL_SANDBOX"] = set };
        var exit = await Place.Start(["doctor"], new Surroundings { Environment = variables }).ExitAsync();
        var line = exit.Out.Split('\n').Single(l => l.Contains(" sandbox ", StringComparison.Ordinal));
        if (expected is not null)
            Assert.Contains(expected, line, StringComparison.Ordinal);
        else if (Environment.IsPrivilegedProcess)
            Assert.EndsWith("off: running as root", line.TrimEnd(), StringComparison.Ordinal);
        // Chromium does not run sandboxed as root; doctor reports that no browser starts.
        exit.Expect(set is "on" && Environment.IsPrivilegedProcess ? 1 : 0);
    }

    [Fact]
    public async Task Doctor_InvalidSandboxValue_IsReported()
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
