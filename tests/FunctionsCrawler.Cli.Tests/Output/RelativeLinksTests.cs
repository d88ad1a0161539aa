using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Cli.Tests.Output;

public sealed class RelativeLinksTests
{
    private const string File = "a.example/docs/one.md";

    private static readonly SavedPages Saved = Save(
        ("https://a.example/", "a.example/index.md"),
        ("https://a.example/docs/one", File),
        ("https://a.example/docs/two", "a.example/docs/two.md"),
        ("https://a.example/docs/sub/three?x=1", "a.example/docs/sub/three~12345678.md"),
        ("https://a.example/docs/a%20(b)", "a.example/docs/a (b).md"),
        ("https://b.example/", "b.example/index.md")
    );

    [Theory]
    [InlineData("[x](https://a.example/docs/two)", "[x](two.md)")]
    [InlineData("[x](https://a.example/docs/two#part)", "[x](two.md#part)")]
    [InlineData("[x](https://A.example:443/docs/two \"title\")", "[x](two.md \"title\")")]
    [InlineData("[x](https://a.example/)", "[x](../index.md)")]
    [InlineData("[x](https://a.example/docs/sub/three?x=1)", "[x](sub/three~12345678.md)")]
    [InlineData("[x](https://a.example/docs/a%20(b))", "[x](a%20%28b%29.md)")]
    [InlineData("[x](https://a.example/docs/a%20\\(b\\))", "[x](a%20%28b%29.md)")]
    [InlineData("[x](<https://a.example/docs/two>)", "[x](two.md)")]
    [InlineData("[x](https://b.example/)", "[x](../../b.example/index.md)")]
    [InlineData("[x](https://a.example/docs/one#part)", "[x](#part)")]
    [InlineData("[x](https://a.example/docs/one)", "[x](one.md)")]
    [InlineData("<https://a.example/docs/two>", "[https://a.example/docs/two](two.md)")]
    [InlineData("[x][r]\n\n[r]: https://a.example/docs/two", "[x][r]\n\n[r]: two.md")]
    [InlineData(
        "**[x](https://a.example/docs/two)** and *[y](https://a.example/)*",
        "**[x](two.md)** and *[y](../index.md)*"
    )]
    [InlineData("# [x](https://a.example/docs/two)", "# [x](two.md)")]
    [InlineData(
        "> - [x](https://a.example/docs/two)\n>   [y](https://a.example/)",
        "> - [x](two.md)\n>   [y](../index.md)"
    )]
    [InlineData("| a |\n|---|\n| [x](https://a.example/docs/two) \\| |", "| a |\n|---|\n| [x](two.md) \\| |")]
    [InlineData(
        "[![i](https://a.example/i.png)](https://a.example/docs/two)",
        "[![i](https://a.example/i.png)](two.md)"
    )]
    public void Rewrite_LinkToASavedPage_LeadsToItsFile(string markdown, string expected) =>
        Assert.Equal($"a\n\n{expected}\n", RelativeLinks.Rewrite($"a\n\n{markdown}\n", File, Saved.Find));

    [Theory]
    [InlineData("[x](https://a.example/docs/four)")]
    [InlineData("[x](https://a.example/docs/two?x=1)")]
    [InlineData("[x](mailto:a@a.example)")]
    [InlineData("![x](https://a.example/docs/two)")]
    [InlineData("`[x](https://a.example/docs/two)`")]
    [InlineData("```\n[x](https://a.example/docs/two)\n```")]
    [InlineData("- a\n\n  ~~~\n  [x](https://a.example/docs/two)\n  ~~~")]
    [InlineData("    [x](https://a.example/docs/two)")]
    [InlineData("\\[x](https://a.example/docs/two)")]
    [InlineData("[x](two.md)")]
    [InlineData("https://a.example/docs/two")]
    public void Rewrite_OtherText_StaysAsItIs(string markdown) =>
        Assert.Equal($"a\n\n{markdown}\n", RelativeLinks.Rewrite($"a\n\n{markdown}\n", File, Saved.Find));

    [Fact]
    public void Rewrite_Twice_ChangesNothingMore()
    {
        var once = RelativeLinks.Rewrite("[x](https://a.example/docs/two) <https://a.example/>\n", File, Saved.Find);

        Assert.Equal(once, RelativeLinks.Rewrite(once, File, Saved.Find));
    }

    [Fact]
    public void Rewrite_QuotesDeeperThanTheParser_KeepsAbsoluteLinks()
    {
        var markdown = string.Concat(Enumerable.Repeat("> ", 500)) + "[x](https://a.example/docs/two)\n";

        Assert.Equal(markdown, RelativeLinks.Rewrite(markdown, File, Saved.Find));
    }

    [Theory]
    [InlineData("[a](")]
    [InlineData("[a](b (")]
    [InlineData("[a](<b\n")]
    [InlineData("> [a](b (\n")]
    [InlineData("|[a](b (x|\n")]
    [InlineData("[a]: b\n")]
    public void Rewrite_LinksWithoutEnd_AreNotParsed(string piece)
    {
        var markdown = "https://a.example/docs/two\n\n" + string.Concat(Enumerable.Repeat(piece, 100_000));

        Assert.True(LinkCost.Of(markdown) > LinkCost.Limit);
        Assert.Equal(markdown, RelativeLinks.Rewrite(markdown, File, Saved.Find));
    }

    [Theory]
    [InlineData("- [x](https://a.example/docs/two)\n")]
    [InlineData("| a | [x](https://a.example/docs/two) |\n|---|---|\n")]
    [InlineData("[x](https://a.example/docs/two)\n")]
    public void Rewrite_ManyLinks_AreAllFound(string piece)
    {
        var markdown = string.Concat(Enumerable.Repeat(piece, 5_000));

        Assert.Equal(
            markdown.Replace("https://a.example/docs/two", "two.md"),
            RelativeLinks.Rewrite(markdown, File, Saved.Find)
        );
    }

    [Fact]
    public void Find_RedirectedPage_IsFoundByAllItsUrls()
    {
        var saved = new SavedPages(CrawlRules.UrlRulesOf(new CrawlRequest { DropTrackingParameters = true }));
        var record = new PageRecord
        {
            Url = "https://a.example/old",
            FinalUrl = "https://a.example/new",
            Redirects =
            [
                new RedirectHop("https://a.example/old", 301),
                new RedirectHop("https://a.example/between", 302),
            ],
        };
        saved.Add(record, "old.md");
        saved.Add(new PageRecord { Url = "https://a.example/new" }, "new.md");

        Assert.Equal("old.md", saved.Find("https://a.example/old?utm_source=a")?.File);
        Assert.Equal("old.md", saved.Find("https://a.example/between")?.File);
        // A page of its own comes before a redirect.
        Assert.Equal("new.md", saved.Find("https://a.example/new")?.File);
        Assert.Null(saved.Find("https://a.example/other"));
        Assert.Null(saved.Find("mailto:a@a.example"));
    }

    [Theory]
    [InlineData(TrailingSlash.Add, false, false, "https://a.example/b/", "https://a.example/b")]
    [InlineData(TrailingSlash.Remove, false, false, "https://a.example/b", "https://a.example/b/")]
    [InlineData(TrailingSlash.Keep, true, false, "https://a.example/b/", "https://a.example/b/index.html")]
    [InlineData(TrailingSlash.Remove, true, false, "https://a.example/b", "https://a.example/b/index.html")]
    [InlineData(TrailingSlash.Keep, false, true, "https://a.example/b", "https://a.example/b?PHPSESSID=1f")]
    public void Rewrite_LinkInAnotherSpelling_FollowsTheUrlPolicy(
        TrailingSlash slash,
        bool dropIndex,
        bool dropSessions,
        string page,
        string link
    )
    {
        var policy = new UrlPolicy
        {
            TrailingSlash = slash,
            DropIndexFiles = dropIndex,
            DropSessionIds = dropSessions,
        };
        var saved = Save(new CrawlRequest { UrlPolicy = policy }, (page, "a.example/b.md"));

        Assert.Equal("[x](../b.md#part)\n", RelativeLinks.Rewrite($"[x]({link}#part)\n", File, saved.Find));
        // Without the policy they are two pages.
        Assert.Null(Save((page, "a.example/b.md")).Find(link));
    }

    [Theory]
    [InlineData("https://a.example/app/#/guide", "../app/index~2.md")]
    [InlineData("https://a.example/app/#!faq", "../app/index~3.md")]
    [InlineData("https://a.example/app/#part", "../app/index.md#part")]
    [InlineData("https://a.example/app/#/", "../app/index.md#/")]
    [InlineData("https://a.example/app/#/unsaved", "https://a.example/app/#/unsaved")]
    public void Rewrite_LinkToARoute_LeadsToItsOwnFile(string link, string expected)
    {
        var saved = Save(
            ("https://a.example/app/", "a.example/app/index.md"),
            ("https://a.example/app/#/guide", "a.example/app/index~2.md"),
            ("https://a.example/app/#!faq", "a.example/app/index~3.md")
        );

        Assert.Equal($"[x]({expected})\n", RelativeLinks.Rewrite($"[x]({link})\n", File, saved.Find));
    }

    [Theory]
    [InlineData(RenderMode.Auto, false)]
    [InlineData(RenderMode.Never, true)]
    public void Rewrite_LinkToARouteThatIsNoPage_LeadsIntoThePage(RenderMode render, bool hashRoutes)
    {
        var request = new CrawlRequest
        {
            Render = render,
            UrlPolicy = new UrlPolicy { HashRoutes = hashRoutes },
        };
        var saved = Save(request, ("https://a.example/app/", "a.example/app/index.md"));

        Assert.Equal(
            "[x](../app/index.md#/guide)\n",
            RelativeLinks.Rewrite("[x](https://a.example/app/#/guide)\n", File, saved.Find)
        );
    }

    [Fact]
    public void Find_RedirectedRoute_IsFoundByItsRouteOnly()
    {
        var saved = Save();
        var record = new PageRecord
        {
            Url = "https://a.example/old#/guide",
            FinalUrl = "https://a.example/new#/guide",
            Redirects =
            [
                new RedirectHop("https://a.example/old", 301),
                new RedirectHop("https://a.example/between", 302),
            ],
        };
        saved.Add(record, "guide.md");

        Assert.Equal(new SavedPlace("guide.md", ""), saved.Find("https://a.example/between#/guide"));
        Assert.Equal(new SavedPlace("guide.md", ""), saved.Find("https://a.example/new#/guide"));
        Assert.Null(saved.Find("https://a.example/old"));
        Assert.Null(saved.Find("https://a.example/new"));
    }

    private static SavedPages Save(params (string Url, string Path)[] pages) => Save(new CrawlRequest(), pages);

    private static SavedPages Save(CrawlRequest request, params (string Url, string Path)[] pages)
    {
        var saved = new SavedPages(CrawlRules.UrlRulesOf(request));
        foreach (var (url, path) in pages)
            saved.Add(new PageRecord { Url = url }, path);
        return saved;
    }
}
