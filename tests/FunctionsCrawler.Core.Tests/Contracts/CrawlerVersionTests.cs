using System.Xml.Linq;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Contracts;

/// <summary>The version is in Directory.Build.props and nowhere else.</summary>
public sealed class CrawlerVersionTests
{
    private static readonly string Declared = Declaration();

    [Fact]
    public void Package_IsTheDeclaredVersion()
    {
        Assert.Equal(Declared, CrawlerVersion.Package);
        Assert.StartsWith(Declared, CrawlerVersion.Build, StringComparison.Ordinal);
    }

    [Fact]
    public void UserAgents_HaveItsMajorAndMinor()
    {
        var product = $"FunctionsCrawler/{string.Join('.', Declared.Split('.', '-').Take(2))}";

        Assert.Equal(product, new HttpFetcherOptions().UserAgent);
        Assert.Equal($"Mozilla/5.0 (compatible; {product})", new CrawlerIdentity().UserAgent);
        Assert.Equal(
            $"Mozilla/5.0 (compatible; {product}; +https://a.example/about)",
            new CrawlerIdentity { Contact = "https://a.example/about" }.UserAgent
        );
    }

    private static string Declaration() =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
}
