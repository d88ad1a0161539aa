using System.Text.RegularExpressions;

namespace FunctionsCrawler.Cli.Tests;

/// <summary>The folders of the Cli project are layered: each uses only those before it.</summary>
public sealed partial class FolderTests
{
    private static readonly string[] Order =
    [
        "Shell",
        "Output",
        "Live",
        "Client",
        "Export",
        "Cost",
        "Demo",
        "Serve",
        "Soak",
        "Commands",
    ];

    private static readonly string Sources = Path.Combine(Repository.Root, "src", "FunctionsCrawler.Cli");

    [Fact]
    public void Folders_OfTheProject_AreAllInTheOrder() =>
        Assert.Equal(
            Order.Order(StringComparer.Ordinal),
            Directory
                .EnumerateDirectories(Sources)
                .Select(f => Path.GetFileName(f)!)
                .Where(f => f is not ("bin" or "obj"))
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Folders_References_PointOnlyToEarlierFolders()
    {
        var wrong = Order.SelectMany(
            (folder, at) =>
                Directory
                    .EnumerateFiles(Path.Combine(Sources, folder), "*.cs", SearchOption.AllDirectories)
                    .SelectMany(file =>
                        Folder()
                            .Matches(File.ReadAllText(file))
                            .Select(m => m.Groups["folder"].Value)
                            .Where(used => Array.IndexOf(Order, used) > at)
                            .Select(used => $"{folder}/{Path.GetFileName(file)} uses {used}")
                    )
        );

        Assert.Empty(wrong);
    }

    [GeneratedRegex(
        @"\bCli\.(?<folder>Shell|Output|Live|Client|Export|Demo|Serve|Soak|Commands)\b",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Folder();
}
