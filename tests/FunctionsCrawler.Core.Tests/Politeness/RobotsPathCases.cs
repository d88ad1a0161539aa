namespace FunctionsCrawler.Core.Tests.Politeness;

/// <summary>Which of the rules for one crawler decides about a path: encoding, the longest match, special characters.</summary>
internal static class RobotsPathCases
{
    public static IEnumerable<RobotsCase> All() => [.. Paths(), .. LongestMatch(), .. Wildcards(), .. WholeSites()];

    private static IEnumerable<RobotsCase> Paths()
    {
        yield return Of("paths are compared in their case; RFC 9309 2.2.2", "disallow: /pond/", [], ["/pond/1"]);
        yield return Of("paths are compared in their case; RFC 9309 2.2.2", "disallow: /POND/", ["/pond/1"], []);

        const string query = "/map/tile?zoom=9&next=https://birds.example?page&last";
        yield return Of("the query is compared too; RFC 9309 2.2.2", $"disallow: /\nallow: {query}", [query], []);
        const string encoded = "both sides are percent-encoded; RFC 9309 2.2.2";
        yield return Of(encoded, "disallow: /\nallow: /map/鷺", ["/map/%E9%B7%BA"], []);
        yield return Of(encoded, "disallow: /\nallow: /map/%E9%B7%BA", ["/map/%E9%B7%BA"], []);
        yield return Of(encoded, "disallow: /\nallow: /map/%6E%65%73%54", ["/map/%6E%65%73%54"], []);

        yield return new(
            "the index page of a folder is the folder; as Google",
            "User-Agent: *\nAllow: /eggs/index.html\nDisallow: /\n",
            "otter",
            ["/eggs/", "/eggs/index.html"],
            ["/eggs/index.htm", "/feathers"]
        );
    }

    private static IEnumerable<RobotsCase> LongestMatch()
    {
        const string page = "/pond/map.html";
        const string longest = "the longest match wins; RFC 9309 2.2.2";
        const string tie = "of two as long, allow wins; RFC 9309 2.2.2";
        yield return Of(longest, "disallow: /pond/map.html\nallow: /pond/", [], [page]);
        yield return Of(longest, "allow: /pond/map.html\ndisallow: /pond/", [page], ["/pond/"]);
        yield return Of(longest, "disallow: /pond\nallow: /pond/", ["/pond/"], ["/pond"]);
        yield return Of("an empty path matches nothing; RFC 9309 2.2.2", "disallow: \nallow: ", [page], []);
        yield return Of(tie, "disallow: /\nallow: /", [page], []);
        yield return Of(tie, "disallow: /pond/map.html\nallow: /pond/map.html", [page], []);
        yield return Of(tie, "allow: /reeds\ndisallow: /reeds", ["/reeds/1"], []);
        yield return Of(longest, "allow: /r\ndisallow: /", ["/reeds"], []);
        const string octets = "a wildcard is an octet of the pattern; as Google";
        yield return Of(octets, "allow: /maps\ndisallow: /*.html", ["/maps"], ["/maps.html"]);
        yield return Of(octets, "allow: /pond/map.\ndisallow: /*.html", [page], ["/pond/m.html"]);
        yield return Of(octets, "allow: /maps\ndisallow: /*.svg", [], ["/maps.svg"]);
    }

    private static IEnumerable<RobotsCase> Wildcards()
    {
        yield return Of(
            "* is any run of characters, an empty one too; RFC 9309 2.2.3",
            "disallow: /map/lake/old\nallow: /map/*/new",
            ["/map/old", "/map//old", "/map/fen/old"],
            ["/map/lake/old"]
        );
        yield return Of(
            "$ is the end of the URL; RFC 9309 2.2.3",
            "disallow: /map/lake$\nallow: /map/lake/new",
            ["/map/lake/new", "/map/lake/", "/map/lake/fen"],
            ["/map/lake"]
        );
        yield return Of(
            "# begins a comment; RFC 9309 2.2.3",
            "# disallow: /\ndisallow: /map#all\nallow: /",
            ["/fen"],
            ["/map"]
        );
        yield return Of("$ alone is the front page; RFC 9309 2.2.3", "allow: /$\ndisallow: /", ["/"], ["/eggs.html"]);
    }

    // A closed site with one opening.
    private static IEnumerable<RobotsCase> WholeSites()
    {
        string[] begun =
        [
            "/egg",
            "/egg.html",
            "/egg/swan.html",
            "/eggshell",
            "/eggshell/blue.html",
            "/egg.html?of=swan",
        ];
        string[] apart = ["/nest", "/Egg.asp", "/duckegg", "/?find=egg"];
        yield return Opened("a path is a beginning; RFC 9309 2.2.2", "/egg", begun, apart);
        yield return Opened("a last * changes nothing; RFC 9309 2.2.3", "/egg*", begun, apart);
        yield return Opened(
            "a folder is not its name without the slash; RFC 9309 2.2.2",
            "/egg/",
            ["/egg/", "/egg/swan", "/egg/?swan", "/egg/swan.html", "/egg/?of=swan"],
            ["/nest", "/egg", "/egg.html", "/Egg/Swan.html"]
        );
        yield return Opened(
            "* begins in the middle, in paths and queries; RFC 9309 2.2.3",
            "/*.cgi",
            [
                "/call.cgi",
                "/song/call.cgi",
                "/song/call.cgi?loud",
                "//song/a.cgi.b.html",
                "/call.cgi/",
                "/x?q=call.cgi/",
            ],
            ["/nest", "/cgi/", "/call?cgi", "/call.CGI"]
        );
        yield return Opened(
            "$ behind * wants it at the very end; RFC 9309 2.2.3",
            "/*.cgi$",
            ["/call.cgi", "/song/call.cgi"],
            ["/nest", "/call.cgi?loud", "/call.cgi/", "/call.cgi7", "/cgi/", "/call?cgi", "/bbbcgibbb", "//call.CGI"]
        );
        yield return Opened(
            "* between two runs; RFC 9309 2.2.3",
            "/egg*.cgi",
            ["/egg.cgi", "/eggshell/duckegg.cgi?blue"],
            ["/nest", "/Egg.CGI"]
        );
    }

    private static RobotsCase Opened(string rule, string allow, string[] allowed, string[] refused) =>
        Of(rule, $"disallow: /\nallow: {allow}", allowed, refused);

    private static RobotsCase Of(string rule, string rules, string[] allowed, string[] refused) =>
        new(rule, $"user-agent: Otter\n{rules}\n", "Otter", allowed, refused);
}
