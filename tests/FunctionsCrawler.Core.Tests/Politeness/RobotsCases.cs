namespace FunctionsCrawler.Core.Tests.Politeness;

/// <summary>What a robots.txt allows and refuses, by the rule that decides it.</summary>
/// <remarks>
/// "As Google" marks what RFC 9309 leaves open: there crawlers should agree with the parser that site owners test with
/// (https://github.com/google/robotstxt; see THIRD-PARTY-NOTICES.md).
/// </remarks>
internal static class RobotsCases
{
    private const string OtterShutOut = "user-agent: Otter\ndisallow: /\n";

    // 2083 octets for a URL, and each may be eight in a pattern.
    private const int MaxOctets = (2083 * 8) - 1;

    /// <summary>Rule, robots.txt, product token, path, and whether the path is allowed. One row for each path.</summary>
    public static TheoryData<string, string, string, string, bool> All()
    {
        var rows = new TheoryData<string, string, string, string, bool>();
        RobotsCase[] cases = [.. Files(), .. Lines(), .. Groups(), .. Agents(), .. RobotsPathCases.All()];
        foreach (var (rule, robots, agent, allowed, refused) in cases)
        {
            foreach (var path in allowed)
                rows.Add(rule, robots, agent, path, true);
            foreach (var path in refused)
                rows.Add(rule, robots, agent, path, false);
        }
        return rows;
    }

    private static IEnumerable<RobotsCase> Files() =>
        [
            new("an empty file allows everything; RFC 9309 2.3.1.1", "", "Otter", ["", "/pond"], []),
            new("an empty file allows a crawler without a name; RFC 9309 2.3.1.1", "", "", [""], []),
            new("a group of its own binds the crawler; RFC 9309 2.2.1", OtterShutOut, "Otter", [], [""]),
            new("a crawler without a name is in no named group; RFC 9309 2.2.1", OtterShutOut, "", [""], []),
        ];

    private static IEnumerable<RobotsCase> Lines()
    {
        yield return new(
            "a rule is a name, a colon and a path; RFC 9309 2.2",
            OtterShutOut,
            "Otter",
            [],
            ["/pond/reeds"]
        );
        yield return new(
            "unknown names say nothing; RFC 9309 2.2.4",
            "agent: Otter\nforbid: /\n",
            "Otter",
            ["/pond/reeds"],
            []
        );
        yield return new(
            "a space instead of the colon; as Google",
            "user-agent Otter\ndisallow /\n",
            "Otter",
            [],
            ["/p"]
        );

        string[] spellings =
        [
            "USER-AGENT: Otter\nALLOW: /pond/\nDISALLOW: /\n",
            "user-agent: Otter\nallow: /pond/\ndisallow: /\n",
            "User-AGENT: Otter\nalLOW: /pond/\nDisAllow: /\n",
        ];
        foreach (var spelling in spellings)
            yield return new(
                "names of lines are in any case; RFC 9309 2.2",
                spelling,
                "Otter",
                ["/pond/1"],
                ["/river/1"]
            );

        // A path that ends with the last octet of its line that is read.
        static string Filling(string name, char sign) =>
            $"/y/{new string(sign, MaxOctets - name.Length - "/y/".Length)}";
        var (shut, reeds, ferns) = (Filling("disallow: ", 'p'), Filling("allow: ", 'r'), Filling("allow: ", 'f'));
        yield return new(
            "a long line is cut; the rule is what is left; as Google",
            $"user-agent: Otter\ndisallow: {shut}/north\n",
            "Otter",
            ["/south"],
            [shut + "/south"]
        );
        yield return new(
            "long lines are cut, each on its own; as Google",
            $"{OtterShutOut}allow: {reeds}/north\nallow: {ferns}/north\n",
            "Otter",
            [reeds + "/north", ferns + "/south"],
            ["/"]
        );
    }

    private static IEnumerable<RobotsCase> Groups()
    {
        const string three = """
            allow: /dam/weir/

            user-agent: Otter
            disallow: /
            allow: /pond/
            user-agent: Heron
            disallow: /
            allow: /reeds/


            allow: /shore/
            user-agent: Stork

            user-agent: Otter
            allow: /meadow/
            disallow: /

            """;
        const string merged = "groups of one crawler are merged; rules before any group do not count; RFC 9309 2.2.1";
        yield return new(merged, three, "Otter", ["/pond/5", "/meadow/6"], ["/reeds/7", "/dam/weir/"]);
        yield return new(
            "empty lines do not end a group; RFC 9309 2.1",
            three,
            "Heron",
            ["/reeds/7", "/shore/8"],
            ["/meadow/6", "/dam/weir/"]
        );
        yield return new(
            "a group may name several crawlers; RFC 9309 2.1",
            three,
            "Stork",
            ["/meadow/6"],
            ["/dam/weir/"]
        );

        const string other = "other records do not end the list of crawlers; RFC 9309 2.2.4";
        const string sitemap =
            "User-agent: Heron\nSitemap: https://birds.example/map.xml\nUser-agent: *\nDisallow: /\n";
        const string unknown = "User-agent: Otter\nNest-box: oak, old\nUser-agent: *\nDisallow: /\n";
        foreach (var robots in (string[])[sitemap, unknown])
        foreach (var agent in (string[])["Otter", "Heron"])
            yield return new(other, robots, agent, [], ["/"]);

        const string everyone = "user-agent: *\nallow: /\n" + OtterShutOut;
        yield return new(
            "a group of its own comes before that of everyone; RFC 9309 2.2.1",
            everyone,
            "Otter",
            [],
            ["/pond/1"]
        );
        yield return new(
            "whoever is not named is in the group of everyone; RFC 9309 2.2.1",
            everyone,
            "Heron",
            ["/pond/1"],
            []
        );
        yield return new(
            "without a group of everyone the others may fetch all; RFC 9309 2.2.1",
            "user-agent: Otter\nallow: /\nuser-agent: Heron\ndisallow: /\nuser-agent: Stork\ndisallow: /\n",
            "Crane",
            ["/pond/1"],
            []
        );
        yield return new(
            "rules of everyone do not add to a group of its own; RFC 9309 2.2.1",
            "User-agent: *\nDisallow: /pond/\nUser-agent: Otter\nDisallow: /river/\n",
            "Otter",
            ["/pond/1"],
            ["/river/1"]
        );
    }

    private static IEnumerable<RobotsCase> Agents()
    {
        foreach (var name in (string[])["OTTER NORTH", "otter north", "oTTer nOrth"])
        foreach (var agent in (string[])["Otter", "otter"])
            yield return new(
                "crawlers are named in any case; RFC 9309 2.2.1",
                $"User-Agent: {name}\nAllow: /pond/\nDisallow: /\n",
                agent,
                ["/pond/1"],
                ["/river/1"]
            );

        const string spaced = "User-Agent: *\nDisallow: /\nUser-Agent: Otter North\nAllow: /pond/\nDisallow: /\n";
        yield return new("a name ends at the first space; as Google", spaced, "Otter", ["/pond/1"], []);
        yield return new("no crawler has a name with a space; RFC 9309 2.2.1", spaced, "Otter North", [], ["/pond/1"]);
    }
}

/// <summary>What one robots.txt tells one crawler.</summary>
/// <param name="Rule">The rule that decides, and where it is written.</param>
/// <param name="Robots">The file.</param>
/// <param name="Agent">The crawler's product token.</param>
/// <param name="Allowed">Paths it may fetch.</param>
/// <param name="Refused">Paths it may not fetch.</param>
internal sealed record RobotsCase(string Rule, string Robots, string Agent, string[] Allowed, string[] Refused);
