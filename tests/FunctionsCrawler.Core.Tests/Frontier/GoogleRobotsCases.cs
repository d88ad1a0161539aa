namespace FunctionsCrawler.Core.Tests.Frontier;

/// <summary>
/// What the tests of Google's parser state (https://github.com/google/robotstxt, robots_test.cc), by their names there.
/// URLs that begin with a slash are those of a host.
/// </summary>
internal static class GoogleRobotsCases
{
    private const string Foo = "user-agent: FooBot\n";
    private const string FooClosed = Foo + "disallow: /\n";

    public static TheoryData<string, string, string, string, bool> All()
    {
        var rows = new TheoryData<string, string, string, string, bool>();
        foreach (var (id, robots, agent, allowed, refused) in Cases())
        {
            foreach (var url in allowed)
                rows.Add(id, robots, agent, url, true);
            foreach (var url in refused)
                rows.Add(id, robots, agent, url, false);
        }
        return rows;
    }

    private static IEnumerable<(string, string, string, string[], string[])> Cases()
    {
        const string system = "GoogleOnly_SystemTest";
        yield return (system, "", "FooBot", [""], []);
        yield return (system, FooClosed, "", [""], []);
        yield return (system, FooClosed, "FooBot", [], [""]);
        yield return (system, "", "", [""], []);

        const string line = "ID_LineSyntax_Line";
        yield return (line, FooClosed, "FooBot", [], ["/x/y"]);
        yield return (line, "foo: FooBot\nbar: /\n", "FooBot", ["/x/y"], []);
        yield return (line, "user-agent FooBot\ndisallow /\n", "FooBot", [], ["/x/y"]);

        const string groups = "ID_LineSyntax_Groups";
        const string threeGroups =
            "allow: /foo/bar/\n\nuser-agent: FooBot\ndisallow: /\nallow: /x/\nuser-agent: BarBot\ndisallow: /\n"
            + "allow: /y/\n\n\nallow: /w/\nuser-agent: BazBot\n\nuser-agent: FooBot\nallow: /z/\ndisallow: /\n";
        yield return (groups, threeGroups, "FooBot", ["/x/b", "/z/d"], ["/y/c", "/foo/bar/"]);
        yield return (groups, threeGroups, "BarBot", ["/y/c", "/w/a"], ["/z/d", "/foo/bar/"]);
        yield return (groups, threeGroups, "BazBot", ["/z/d"], ["/foo/bar/"]);

        const string otherRules = "ID_LineSyntax_Groups_OtherRules";
        const string sitemap = "User-agent: BarBot\nSitemap: https://foo.bar/sitemap\nUser-agent: *\nDisallow: /\n";
        const string unknown = "User-agent: FooBot\nInvalid-Unknown-Line: unknown\nUser-agent: *\nDisallow: /\n";
        foreach (var robots in (string[])[sitemap, unknown])
        foreach (var agent in (string[])["FooBot", "BarBot"])
            yield return (otherRules, robots, agent, [], ["/"]);

        foreach (
            var robots in (string[])
                [
                    "USER-AGENT: FooBot\nALLOW: /x/\nDISALLOW: /\n",
                    "user-agent: FooBot\nallow: /x/\ndisallow: /\n",
                    "uSeR-aGeNt: FooBot\nAlLoW: /x/\ndIsAlLoW: /\n",
                ]
        )
            yield return ("ID_REPLineNamesCaseInsensitive", robots, "FooBot", ["/x/y"], ["/a/b"]);

        foreach (var name in (string[])["FOO BAR", "foo bar", "FoO bAr"])
        foreach (var agent in (string[])["Foo", "foo"])
            yield return (
                "ID_UserAgentValueCaseInsensitive",
                $"User-Agent: {name}\nAllow: /x/\nDisallow: /\n",
                agent,
                ["/x/y"],
                ["/a/b"]
            );

        const string firstSpace = "GoogleOnly_AcceptUserAgentUpToFirstSpace";
        const string spaced = "User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /\n";
        yield return (firstSpace, spaced, "Foo", ["/x/y"], []);
        yield return (firstSpace, spaced, "Foo Bar", [], ["/x/y"]);

        const string secondary = "ID_GlobalGroups_Secondary";
        const string global = "user-agent: *\nallow: /\n" + FooClosed;
        const string onlySpecific =
            Foo + "allow: /\nuser-agent: BarBot\ndisallow: /\nuser-agent: BazBot\ndisallow: /\n";
        yield return (secondary, "", "FooBot", ["/x/y"], []);
        yield return (secondary, global, "FooBot", [], ["/x/y"]);
        yield return (secondary, global, "BarBot", ["/x/y"], []);
        yield return (secondary, onlySpecific, "QuxBot", ["/x/y"], []);

        const string caseSensitive = "ID_AllowDisallow_Value_CaseSensitive";
        yield return (caseSensitive, Foo + "disallow: /x/\n", "FooBot", [], ["/x/y"]);
        yield return (caseSensitive, Foo + "disallow: /X/\n", "FooBot", ["/x/y"], []);

        foreach (var (robots, allowed, refused) in LongestMatch())
            yield return ("ID_LongestMatch", robots, "FooBot", allowed, refused);
        foreach (var (rules, allowed, refused) in Encoding())
            yield return ("ID_Encoding", "User-agent: FooBot\nDisallow: /\n" + rules, "FooBot", allowed, refused);
        foreach (var (rules, allowed, refused) in SpecialCharacters())
            yield return ("ID_SpecialCharacters", "User-agent: FooBot\n" + rules, "FooBot", allowed, refused);

        yield return (
            "GoogleOnly_IndexHTMLisDirectory",
            "User-Agent: *\nAllow: /allowed-slash/index.html\nDisallow: /\n",
            "foobot",
            ["/allowed-slash/", "/allowed-slash/index.html"],
            ["/allowed-slash/index.htm", "/anyother-url"]
        );

        var (disallowed, longA, longB) = (Long("disallow: ", 'a'), Long("allow: ", 'a'), Long("allow: ", 'b'));
        const string tooLong = "GoogleOnly_LineTooLong";
        yield return (tooLong, $"{Foo}disallow: {disallowed}/qux\n", "FooBot", ["/fux"], [disallowed + "/fux"]);
        yield return (
            tooLong,
            $"{FooClosed}allow: {longA}/qux\nallow: {longB}/qux\n",
            "FooBot",
            [longA + "/qux", longB + "/fux"],
            ["/"]
        );

        foreach (var (rules, allowed, refused) in Documentation())
            yield return ("GoogleOnly_DocumentationChecks", Foo + rules, "FooBot", allowed, refused);
    }

    // A path that ends with the last but one octet of its line that counts.
    private static string Long(string name, char filling) =>
        "/x/" + new string(filling, (2083 * 8) - "/x/".Length - name.Length + 1);

    private static IEnumerable<(string, string[], string[])> LongestMatch()
    {
        const string page = "/x/page.html";
        yield return (Foo + "disallow: /x/page.html\nallow: /x/\n", [], [page]);
        yield return (Foo + "allow: /x/page.html\ndisallow: /x/\n", [page], ["/x/"]);
        yield return (Foo + "disallow: \nallow: \n", [page], []);
        yield return (Foo + "disallow: /\nallow: /\n", [page], []);
        yield return (Foo + "disallow: /x\nallow: /x/\n", ["/x/"], ["/x"]);
        yield return (Foo + "disallow: /x/page.html\nallow: /x/page.html\n", [page], []);
        yield return (Foo + "allow: /page\ndisallow: /*.html\n", ["/page"], ["/page.html"]);
        yield return (Foo + "allow: /x/page.\ndisallow: /*.html\n", [page], ["/x/y.html"]);
        yield return ("User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/\n", ["/x/page"], ["/y/page"]);
    }

    // Of its assertions three cannot hold here; see GoogleRobotsTests.
    private static IEnumerable<(string, string[], string[])> Encoding()
    {
        const string query = "/foo/bar?qux=taz&baz=http://foo.bar?tar&par";
        yield return ($"Allow: {query}\n", [query], []);
        yield return ("Allow: /foo/bar/ツ\n", ["/foo/bar/%E3%83%84"], []);
        yield return ("Allow: /foo/bar/%E3%83%84\n", ["/foo/bar/%E3%83%84"], []);
        yield return ("Allow: /foo/bar/%62%61%7A\n", ["/foo/bar/%62%61%7A"], []);
    }

    private static IEnumerable<(string, string[], string[])> SpecialCharacters()
    {
        yield return (
            "Disallow: /foo/bar/quz\nAllow: /foo/*/qux\n",
            ["/foo/quz", "/foo//quz", "/foo/bax/quz"],
            ["/foo/bar/quz"]
        );
        yield return (
            "Disallow: /foo/bar$\nAllow: /foo/bar/qux\n",
            ["/foo/bar/qux", "/foo/bar/", "/foo/bar/baz"],
            ["/foo/bar"]
        );
        yield return ("# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /\n", ["/foo/bar"], ["/foo/quz"]);
    }

    private static IEnumerable<(string, string[], string[])> Documentation()
    {
        const string closed = "disallow: /\n";
        string[] fish =
        [
            "/fish",
            "/fish.html",
            "/fish/salmon.html",
            "/fishheads",
            "/fishheads/yummy.html",
            "/fish.html?id=anything",
        ];
        yield return (closed + "allow: /fish\n", fish, ["/bar", "/Fish.asp", "/catfish", "/?id=fish"]);
        yield return (closed + "allow: /fish*\n", fish, ["/bar", "/Fish.bar", "/catfish", "/?id=fish"]);
        yield return (
            closed + "allow: /fish/\n",
            ["/fish/", "/fish/salmon", "/fish/?salmon", "/fish/salmon.html", "/fish/?id=anything"],
            ["/bar", "/fish", "/fish.html", "/Fish/Salmon.html"]
        );
        yield return (
            closed + "allow: /*.php\n",
            [
                "/filename.php",
                "/folder/filename.php",
                "/folder/filename.php?parameters",
                "//folder/any.php.file.html",
                "/filename.php/",
                "/index?f=filename.php/",
            ],
            ["/bar", "/php/", "/index?php", "/windows.PHP"]
        );
        yield return (
            closed + "allow: /*.php$\n",
            ["/filename.php", "/folder/filename.php"],
            [
                "/bar",
                "/filename.php?parameters",
                "/filename.php/",
                "/filename.php5",
                "/php/",
                "/filename?php",
                "/aaaphpaaa",
                "//windows.PHP",
            ]
        );
        yield return (
            closed + "allow: /fish*.php\n",
            ["/fish.php", "/fishheads/catfish.php?parameters"],
            ["/bar", "/Fish.PHP"]
        );
        yield return ("allow: /p\ndisallow: /\n", ["/page"], []);
        yield return ("allow: /folder\ndisallow: /folder\n", ["/folder/page"], []);
        yield return ("allow: /page\ndisallow: /*.htm\n", [], ["/page.htm"]);
        yield return ("allow: /$\ndisallow: /\n", ["/"], ["/page.html"]);
    }
}
