using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Contracts;

/// <summary>Faults in what is to be extracted name their place, all at once.</summary>
public sealed class ExtractOptionsValidatorTests
{
    [Theory]
    [InlineData("""{"formats":[]}""", "extract.formats")]
    [InlineData("""{"formats":["markdown","pdf"]}""", "extract.formats[1]")]
    [InlineData("""{"include":["p","div >"]}""", "extract.include[1]")]
    [InlineData("""{"exclude":["::before"]}""", "extract.exclude[0]")]
    [InlineData("""{"include":"p"}""", "extract.include")]
    [InlineData("""{"query":" - "}""", "extract.query")]
    [InlineData("""{"other":1}""", "extract.other")]
    [InlineData("""{"schema":{}}""", "extract.schema.baseSelector extract.schema.fields")]
    [InlineData(
        """{"schema":{"baseSelector":"[","fields":[{"name":"a"},{"name":"a","selector":"("}]}}""",
        "extract.schema.baseSelector extract.schema.fields[1].name extract.schema.fields[1].selector"
    )]
    [InlineData(
        """{"schema":{"baseSelector":"p","maxItems":0,"fields":[{"name":"","type":"attribute"},{"name":"r","type":"regex"},{"name":"n","type":"nested"}]}}""",
        "extract.schema.maxItems extract.schema.fields[0].name extract.schema.fields[0].attribute extract.schema.fields[1].pattern extract.schema.fields[2].fields"
    )]
    [InlineData(
        """{"schema":{"baseSelector":"p","fields":[{"name":"r","type":"regex","pattern":"("},{"name":"g","type":"regex","pattern":"a","group":3},{"name":"t","pattern":"a"},{"name":"h","group":1}]}}""",
        "extract.schema.fields[0].pattern extract.schema.fields[1].pattern extract.schema.fields[2].pattern extract.schema.fields[3].group"
    )]
    [InlineData(
        """{"schema":{"selectors":"xpath","baseSelector":"count(//p)","fields":[{"name":"n","type":"nested","selector":"string(.)","fields":[{"name":"x","selector":"//["}]}]}}""",
        "extract.schema.baseSelector extract.schema.fields[0].selector extract.schema.fields[0].fields[0].selector"
    )]
    [InlineData(
        """{"schema":{"baseSelector":"p","fields":[{"name":"a","fields":[{"name":"b"}]},{"name":"c","attribute":"x"}]}}""",
        "extract.schema.fields[0].fields extract.schema.fields[1].attribute"
    )]
    [InlineData(
        """{"schema":{"baseSelector":"p","fields":[{"name":"a","type":"number","transform":["shout"],"as":"int"}]}}""",
        "extract.schema.fields[0].type extract.schema.fields[0].transform[0] extract.schema.fields[0].as"
    )]
    public void Read_FaultyOptions_NameEveryPlace(string extract, string fields)
    {
        var crawl = RequestReader.ReadCrawl(Json($$"""{"urls":["https://a.example/"],"extract":{{extract}}}"""));
        var page = RequestReader.ReadPage(Json($$"""{"url":"https://a.example/","extract":{{extract}}}"""));

        Assert.Null(crawl.Request);
        Assert.Equal(fields.Split(' ').Order(), crawl.Faults.Select(f => f.Field).Order());
        Assert.Equal(crawl.Faults, page.Faults);
        Assert.All(crawl.Faults, fault => Assert.NotEmpty(fault.Message));
    }

    [Fact]
    public void Read_FormatsTwice_FaultNamesBoth()
    {
        var read = RequestReader.ReadPage(
            Json("""{"url":"https://a.example/","formats":["html"],"extract":{"formats":["text"]}}""")
        );

        var fault = Assert.Single(read.Faults);
        Assert.Contains("formats and extract.formats", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", 0)]
    [InlineData("never", 1)]
    public void Read_ScreenshotInACrawl_NeedsABrowser(string render, int faults)
    {
        var read = RequestReader.ReadCrawl(
            Json(
                $$"""{"urls":["https://a.example/"],"render":"{{render}}","extract":{"formats":["screenshot","html"] } }"""
            )
        );

        Assert.Equal(faults, read.Faults.Count);
    }

    [Fact]
    public void Read_NullsAndEmptyFormatsWithASchema_AreValid()
    {
        var read = RequestReader.ReadCrawl(
            Json(
                """
                {"urls":["https://a.example/"],"callbackUrl":null,"extract":{"formats":[],"query":null,
                 "schema":{"name":null,"baseSelector":"p","fields":[{"name":"a","selector":null,"default":{"any":[1]}}]}}}
                """
            )
        );

        Assert.Empty(read.Faults);
        Assert.Equal("""{"any":[1]}""", read.Request!.Extract.Schema!.Fields[0].Default!.Value.GetRawText());
    }

    [Fact]
    public void Read_FieldsNestedTooDeep_IsAFault()
    {
        var field = """{"name":"a"}""";
        for (var i = 0; i < 6; i++)
            field = $$"""{"name":"a","type":"nested","fields":[{{field}}]}""";

        var read = RequestReader.ReadPage(
            Json("""{"url":"https://a.example/","extract":{"schema":{"baseSelector":"p","fields":[""" + field + "]}}}")
        );

        Assert.Contains("more than 5 deep", Assert.Single(read.Faults).Message, StringComparison.Ordinal);
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);
}
