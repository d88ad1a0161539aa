using System.Globalization;
using FunctionsCrawler.Cli.Demo;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// The pages of the soak's site. Every number is a page, healthy or hostile, and any range of numbers contains the requested
/// percentage of hostile pages, of all kinds in turn.
/// </summary>
/// <remarks><c>/n/7/guide/install</c> is page 7; <c>/n/7/list?count=5</c> links to pages 7 to 11.</remarks>
internal sealed class SoakPages(int hostilePercent, int seed)
{
    /// <summary>The page that probes visit, without its number.</summary>
    public const string ProbePath = "guide/install";

    private const string Root = "/n/";

    // Pages of the demo that succeed under any path.
    private static readonly string[] Healthy =
    [
        .. SamplePages
            .Main.Where(p => p is { Error: null, Status: 200, LeadsTo: null })
            .Select(p => p.Path[1..])
            .Where(p => !p.Contains('?', StringComparison.Ordinal) && !IsTrap(p)),
    ];

    private static readonly string[] Hostile =
    [
        .. Traps.Names,
        "hostile/popups",
        "hostile/dialogs",
        "hostile/frames",
        "hostile/download",
    ];

    /// <summary>Path and query of a page.</summary>
    public string PathOf(int number)
    {
        // Spreads hostile pages evenly over the numbers, like Bresenham's line algorithm.
        var before = HostileBefore(number);
        var path =
            HostileBefore(number + 1) > before
                ? Hostile[(before + seed) % Hostile.Length]
                : Healthy[(int)((number - before + seed) % Healthy.Length)];
        return Numbered(number, path);
    }

    /// <summary>
    /// The path of a page that links to <paramref name="count"/> pages, the last <paramref name="behind"/> of them through a
    /// second list.
    /// </summary>
    public static string ListPath(int first, int count, int behind) =>
        Numbered(first, $"list?count={count}&behind={behind}");

    /// <summary>The paths that a list links to.</summary>
    public IEnumerable<string> LinksOf(int first, int count, int behind)
    {
        for (var i = 0; i < count - behind; i++)
            yield return PathOf(first + i);
        if (behind > 0)
            yield return ListPath(first + count - behind, behind, 0);
    }

    /// <summary>Puts a number before a path.</summary>
    public static string Numbered(int number, string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{Root}{number}/{path}");

    /// <summary>Whether a URL of the site belongs to a hostile page.</summary>
    public static bool IsHostile(string url) =>
        TryParse(new Uri(url).AbsolutePath, out _, out var path) && IsTrap(path);

    /// <summary>Splits a path into its number and the rest; false if it has no number.</summary>
    public static bool TryParse(string path, out int number, out string rest)
    {
        (number, rest) = (0, "");
        if (!path.StartsWith(Root, StringComparison.Ordinal) || path.IndexOf('/', Root.Length) is not (> 0 and var end))
            return false;
        rest = path[(end + 1)..];
        return int.TryParse(path[Root.Length..end], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsTrap(string path) =>
        path.StartsWith(Traps.Folder, StringComparison.Ordinal)
        || path.StartsWith("hostile/", StringComparison.Ordinal) && path.Length > "hostile/".Length;

    private long HostileBefore(int number) => (long)number * hostilePercent / 100;
}
