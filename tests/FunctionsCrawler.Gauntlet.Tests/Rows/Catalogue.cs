using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>All rows that run within one chunk.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Row> Rows { get; } =
    [
        .. PageRows.All,
        .. ScriptRows.All,
        .. ProcessRows.All,
        .. LaunchRows.All,
        .. NetworkRows.All,
        .. StateRows.All,
        .. ActionRows.All,
        .. ProxyRows.All,
        .. LoginRows.All,
    ];

    public static Row Find(string name) => Rows.Single(r => r.Name == name);

    /// <summary>The rows that apply to an engine.</summary>
    public static IEnumerable<Row> With(BrowserEngine engine) => Rows.Where(r => r.Only is null || r.Only == engine);
}
