using System.Reflection;

namespace FunctionsCrawler.Contracts;

/// <summary>The version of this build, from <c>Version</c> in Directory.Build.props.</summary>
internal static class CrawlerVersion
{
    /// <summary>The package version, such as "0.1.0" or "0.2.0-beta.1".</summary>
    public static string Package { get; } = Build.Split('+')[0];

    /// <summary>The major and minor version, such as "0.1": what sites are told in the User-Agent.</summary>
    public static string Product { get; } = typeof(CrawlerVersion).Assembly.GetName().Version!.ToString(2);

    /// <summary>The package version and the commit it was built from, such as "0.1.0+8f3a…".</summary>
    public static string Build =>
        typeof(CrawlerVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
}
