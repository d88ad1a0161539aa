using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class SchemaExtractorTests
{
    private const string Shop = """
        <ul><li class=product data-id=7><h2> Ket<b>tle</b> </h2><a href=/shop/1>buy</a><span class=price>from $1,024.50</span>
        <span class=sku>SKU K-1</span><i class=tag>kitchen</i><i class=tag>Steel</i><div class=maker><b>Acme</b><time datetime="2026-11-28">Nov</time></div>
        <p class=review><span class=stars>5</span> good</p><p class=review><span class=stars>x</span></p><input disabled>
        <li class=product><h2>Pan</h2><span class=price>call</span></ul>
        """;

    [Fact]
    public void Extract_CssSchema_TypedData() =>
        AssertData(
            """
            {"baseSelector":"li.product","fields":[
              {"name":"id","type":"attribute","attribute":"data-id","as":"number"},
              {"name":"title","selector":"h2","transform":["upper"]},
              {"name":"html","selector":"h2","type":"html"},
              {"name":"url","selector":"a","type":"attribute","attribute":"href","as":"url"},
              {"name":"price","selector":".price","as":"number","default":0},
              {"name":"sku","selector":".sku","type":"regex","pattern":"SKU ([\\w-]+)","transform":["lower"]},
              {"name":"tags","selector":".tag","type":"list"},
              {"name":"off","selector":"input","type":"attribute","attribute":"disabled","as":"boolean","default":false},
              {"name":"maker","selector":".maker","type":"nested","fields":[{"name":"name","selector":"b"},
                {"name":"since","selector":"time","type":"attribute","attribute":"datetime","as":"date"}]},
              {"name":"reviews","selector":".review","type":"nestedList","fields":[{"name":"stars","selector":".stars","as":"number","default":null}]}
            ]}
            """,
            """
            [{"id":7,"title":"KETTLE","html":" Ket<b>tle</b> ","url":"https://docs.example/shop/1","price":1024.50,"sku":"k-1",
              "tags":["kitchen","Steel"],"off":true,"maker":{"name":"Acme","since":"2026-11-28"},"reviews":[{"stars":5},{}]},
             {"title":"PAN","html":"Pan","price":0,"off":false}]
            """
        );

    [Fact]
    public void Extract_ExampleOfTheDocs_DataOfTheDocs()
    {
        var docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "extraction.md"));
        var examples = docs.Split("```json\n").Skip(1).Select(part => part.Split("```")[0]).ToList();
        const string html = """
            <ul><li class=product><h2>Kettle</h2><a href=https://example.com/shop/1>more</a><b class=price>$24.50</b>
            <i class=sku>SKU K1</i><i class=tag>kitchen</i><u class=stock data-stock=yes></u>
            <div class=maker><b>Acme</b></div><div class=review><i class=stars>5</i><time datetime=2026-11-28>x</time></div></ul>
            """;

        var page = Extract(html, examples[0]);

        Assert.Equal(2, examples.Count);
        Assert.True(
            JsonElement.DeepEquals(JsonElement.Parse(examples[1]), page.Data!.Value),
            page.Data.Value.GetRawText()
        );
    }

    [Fact]
    public void Extract_XPathSchema_TypedData() =>
        AssertData(
            """
            {"selectors":"xpath","baseSelector":"//li[@class='product']","fields":[
              {"name":"title","selector":"./h2"},
              {"name":"url","selector":"a/@href","as":"url"},
              {"name":"tags","selector":".//i","type":"list","transform":["lower"]},
              {"name":"reviews","selector":"count(p)","as":"number"},
              {"name":"hasSku","selector":"boolean(.//*[@class='sku'])","as":"boolean"},
              {"name":"maker","selector":"div","type":"nested","fields":[{"name":"name","selector":"b/text()"}]}
            ]}
            """,
            """
            [{"title":"Kettle","url":"https://docs.example/shop/1","tags":["kitchen","steel"],"reviews":2,"hasSku":true,"maker":{"name":"Acme"}},
             {"title":"Pan","reviews":0,"hasSku":false}]
            """
        );

    [Fact]
    public void Extract_MoreItemsThanAllowed_TruncatedWithAWarning()
    {
        var page = Extract(Shop, """{"baseSelector":"li","maxItems":1,"fields":[{"name":"t","selector":"h2"}]}""");

        Assert.Equal("""[{"t":"Kettle"}]""", page.Data!.Value.GetRawText());
        Assert.Equal(PageWarningCode.Truncated, Assert.Single(page.Warnings).Code);
    }

    [Fact]
    public void Extract_NestedItemsWithLongTexts_IsStopped()
    {
        var fields = string.Join(
            ',',
            Enumerable.Range(0, 150).Select(i => $$"""{"name":"f{{i}}","transform":["number"]}""")
        );
        var html = string.Concat(Enumerable.Repeat("<div>", 200)) + new string('x', 5_000_000);

        var page = Extract(html, $$"""{"baseSelector":"div","fields":[{{fields}}]}""");

        Assert.Contains(page.Warnings, w => w.Code == PageWarningCode.ExtractionStopped);
    }

    [Fact]
    public void Extract_NoItem_EmptyWithAWarning()
    {
        var page = Extract(Shop, """{"baseSelector":"article","fields":[{"name":"t"}]}""");

        Assert.Equal("[]", page.Data!.Value.GetRawText());
        Assert.Equal(PageWarningCode.NoData, Assert.Single(page.Warnings).Code);
    }

    [Fact]
    public void Extract_CatastrophicPatternAndXPath_FieldsAreMissingWithWarnings()
    {
        var html = $"<p>{new string('a', 60_000)}!</p>" + string.Concat(Enumerable.Repeat("<p>b", 3000));
        var pattern = Extract(
            html,
            """{"baseSelector":"p","fields":[{"name":"slow","type":"regex","pattern":"^(a+)+\\1$"},{"name":"text"}],"maxItems":3}"""
        );
        var xpath = Extract(
            html,
            """{"selectors":"xpath","baseSelector":"//p","fields":[{"name":"text"},{"name":"slow","selector":"//p[count(//p) > 9999]"}],"maxItems":3}"""
        );

        Assert.Equal(3, pattern.Data!.Value.GetArrayLength());
        Assert.Contains(
            pattern.Warnings,
            w =>
                w.Code == PageWarningCode.ExtractionStopped
                && w.Message.Contains("fields[0].pattern", StringComparison.Ordinal)
        );
        Assert.False(pattern.Data.Value[0].TryGetProperty("slow", out _));
        Assert.Contains(
            xpath.Warnings,
            w =>
                w.Code == PageWarningCode.ExtractionStopped
                && w.Message.Contains("fields[1].selector", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Extract_LoneSurrogates_DataIsValidJson()
    {
        var page = Extract(
            "<p title='\ud800x'>a\udfff\ud800</p>",
            """{"baseSelector":"p","fields":[{"name":"t"},{"name":"a","type":"attribute","attribute":"title"}]}"""
        );

        Assert.Equal("a\ufffd\ufffd", page.Data!.Value[0].GetProperty("t").GetString());
        var record = new PageRecord { Url = "https://a.example/", Data = page.Data };
        Assert.NotNull(
            JsonSerializer.Deserialize(
                JsonSerializer.Serialize(record, CrawlJson.Default.PageRecord),
                CrawlJson.Default.PageRecord
            )
        );
    }

    [Theory]
    [InlineData("1,234.50", "1234.50")]
    [InlineData("1.234,50 €", "1234.50")]
    [InlineData("1 234,5", "1234.5")]
    [InlineData("1,234", "1234")]
    [InlineData("12,5", "12.5")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.234.567", "1234567")]
    [InlineData("USD -3", "-3")]
    [InlineData("item-3", "3")]
    [InlineData("5 stars of 10", "5")]
    [InlineData(".5", ".5")]
    [InlineData("99999999999999999999999999999999999999", null)]
    [InlineData("none", null)]
    public void Number_AsPagesWriteIt_IsParsed(string text, string? expected)
    {
        var page = Extract($"<p>{text}</p>", """{"baseSelector":"p","fields":[{"name":"n","as":"number"}]}""");

        Assert.Equal(
            expected is null
                ? (decimal?)null
                : decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            page.Data!.Value[0].TryGetProperty("n", out var number) ? number.GetDecimal() : (decimal?)null
        );
    }

    private static void AssertData(string schema, string expected)
    {
        var page = Extract(Shop, schema);

        Assert.Empty(page.Warnings);
        Assert.True(
            JsonElement.DeepEquals(JsonElement.Parse(expected), page.Data!.Value),
            $"found {page.Data.Value.GetRawText()}"
        );
    }

    private static ExtractedPage Extract(string html, string schema)
    {
        var read = RequestReader.ReadSchema(System.Text.Encoding.UTF8.GetBytes(schema));
        Assert.True(read.Request is not null, string.Join('\n', read.Faults));
        var options = new ExtractOptions { Formats = [], Schema = read.Request };
        return HtmlExtractor.Extract(html, RoundTrip.PageUrl, new ExtractionPlan(options));
    }
}
