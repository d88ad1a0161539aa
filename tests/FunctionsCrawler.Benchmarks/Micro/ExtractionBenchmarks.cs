using BenchmarkDotNet.Attributes;
using FunctionsCrawler.Benchmarks.Sites;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Benchmarks.Micro;

/// <summary>What is read from one page of the static site, from HTML to the result; about 70 KB.</summary>
public class ExtractionBenchmarks
{
    private static readonly Uri Url = new("http://127.0.0.1/p/0");
    private static readonly ExtractionPlan Links = Plan(PageFormat.Links);
    private static readonly ExtractionPlan Markdown = Plan(PageFormat.Markdown);
    private static readonly ExtractionPlan Standard = Plan(
        PageFormat.Markdown,
        PageFormat.MainMarkdown,
        PageFormat.Links,
        PageFormat.Metadata
    );

    private readonly string _page = new DocumentPages(200).Html(0, DocumentPages.AverageSections);
    private readonly string _dense = new DocumentPages(200).Index(0);

    /// <summary>The links of a page of documentation.</summary>
    [Benchmark]
    public object ReadLinks() => HtmlExtractor.Extract(_page, Url, Links);

    /// <summary>The links of a page with 1,500 of them.</summary>
    [Benchmark]
    public object ReadLinksOfDensePage() => HtmlExtractor.Extract(_dense, Url, Links);

    /// <summary>The whole page as Markdown.</summary>
    [Benchmark]
    public object ReadMarkdown() => HtmlExtractor.Extract(_page, Url, Markdown);

    /// <summary>What a crawl reads by default.</summary>
    [Benchmark]
    public object ReadDefaults() => HtmlExtractor.Extract(_page, Url, Standard);

    private static ExtractionPlan Plan(params PageFormat[] formats) => new(new PageFormats(formats));
}
