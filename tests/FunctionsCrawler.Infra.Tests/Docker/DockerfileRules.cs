using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Infra.Tests.Docker;

/// <summary>Rules for an image that runs browsers. Each violation is one finding.</summary>
internal static partial class DockerfileRules
{
    public static IReadOnlyList<string> Check(string text)
    {
        var all = DockerInstruction.Parse(text);
        // Only the last stage takes effect, and in it the last instruction of each kind.
        DockerInstruction[] final = [.. all.Skip(all.ToList().FindLastIndex(i => i.Keyword == "FROM"))];
        return
        [
            .. Bases(all),
            .. Settings(all),
            .. Start(Last(final, "ENTRYPOINT"), Last(final, "CMD")),
            .. User(Last(final, "USER")),
            .. Browser(final),
            .. Port(final),
        ];
    }

    private static DockerInstruction? Last(IEnumerable<DockerInstruction> stage, string keyword) =>
        stage.LastOrDefault(i => i.Keyword == keyword);

    private static IEnumerable<string> Bases(IEnumerable<DockerInstruction> all) =>
        from instruction in all
        where instruction.Keyword == "FROM"
        let image = instruction.Rest.Split(' ')[0]
        let tag = image.Split('/')[^1].Split(':').ElementAtOrDefault(1)
        where tag is null or "latest" || tag.Contains("alpine", StringComparison.Ordinal)
        select $"{image}: no tag, 'latest', or Alpine, on which neither the host nor the browser runs";

    private static IEnumerable<string> Settings(IEnumerable<DockerInstruction> all) =>
        from instruction in all
        where instruction.Keyword is "ENV" or "ARG" && Secret().IsMatch(instruction.Rest)
        select $"{instruction.Keyword} {instruction.Rest}: a secret in the image";

    private static IEnumerable<string> Start(DockerInstruction? entry, DockerInstruction? command)
    {
        if (entry?.Exec is not ["/usr/bin/tini", "--"])
            yield return "the entry point is not the init process";
        // Setting an entry point resets the base image's command.
        if (command?.Exec is not [not "/bin/sh" and not "sh", ..])
            yield return "there is no command, or a shell runs between the init process and the host";
    }

    private static IEnumerable<string> User(DockerInstruction? user)
    {
        // A number, so that the container runtime can verify that it is not root.
        var isNumber = int.TryParse(user?.Rest.Split(':')[0], CultureInfo.InvariantCulture, out var id);
        if (!isNumber || id == 0)
            yield return "the user is root, or a name";
    }

    private static IEnumerable<string> Browser(IEnumerable<DockerInstruction> final)
    {
        var runs = final.Where(i => i.Keyword == "RUN").Select(i => i.Rest).ToList();
        if (!runs.Exists(run => run.Contains("install --with-deps chromium-headless-shell", StringComparison.Ordinal)))
            yield return "the headless shell is not installed with its libraries";
        if (!runs.Exists(run => AptInstall().IsMatch(run) && run.Contains(" tini", StringComparison.Ordinal)))
            yield return "the init process is not installed";
        foreach (var run in runs.Where(run => AptInstall().IsMatch(run)))
        {
            if (!run.Contains("--no-install-recommends", StringComparison.Ordinal))
                yield return $"{run}: recommended packages are installed";
            if (!run.Contains("rm -rf /var/lib/apt/lists/*", StringComparison.Ordinal))
                yield return $"{run}: package lists stay in the image";
        }
    }

    private static IEnumerable<string> Port(DockerInstruction[] final)
    {
        var port = Last(final, "EXPOSE")?.Rest;
        if (!int.TryParse(port, CultureInfo.InvariantCulture, out var number) || number < 1024)
            yield return "no port is exposed, or one that only root may listen on";
        if (!final.Any(i => i.Keyword == "ENV" && ListensOn(i.Rest, port)))
            yield return "the host does not listen on the exposed port";
    }

    private static bool ListensOn(string settings, string? port) =>
        settings.Split(' ').Contains($"ASPNETCORE_URLS=http://+:{port}", StringComparer.Ordinal);

    [GeneratedRegex(
        @"\b\w*(PASSWORD|SECRET|TOKEN|API_?KEY|ACCOUNTKEY|CONNECTION_?STRING)\w*=(?!/)",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Secret();

    [GeneratedRegex(@"\bapt-get\b.*\binstall\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AptInstall();
}
