using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Selectors;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The syntax check of selectors, compared with what the browser says.</summary>
public sealed class SelectorSyntaxInBrowserTests(OneBrowser one) : TabTestBase(one)
{
    [Fact]
    public async Task IsValid_Samples_AgreesWithTheBrowser()
    {
        string[] samples = [.. SelectorSamples.Valid, .. SelectorSamples.Invalid];
        var accepted = await AcceptedAsync(samples);
        Assert.Equal(SelectorSamples.Valid.Order(StringComparer.Ordinal), accepted.Order(StringComparer.Ordinal));
    }

    // A valid selector that is refused would be worse than an invalid one that is not.
    [Fact]
    public async Task IsValid_RandomTexts_AcceptsAllThatTheBrowserAccepts()
    {
        const string seed = "selectors";
        string[] pieces =
        [
            "a",
            ".b",
            "#c",
            "[d",
            "=",
            "'e'",
            "]",
            ":not(",
            ":is(",
            ":has(",
            ")",
            ">",
            "+",
            " ",
            ",",
            "*",
            "|",
            "\\3",
            "-",
            "::x",
            "/*",
            "*/",
            "&",
            "1",
        ];
        var random = new Random(seed.Sum(c => c));
        string[] texts =
        [
            .. Enumerable
                .Range(0, 20_000)
                .Select(_ =>
                    string.Concat(
                        Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)])
                    )
                )
                .Distinct(StringComparer.Ordinal),
        ];
        var accepted = await AcceptedAsync(texts);
        Assert.True(accepted.Count > 500, $"{accepted.Count} of {texts.Length} texts are selectors");
        Assert.DoesNotContain(accepted, text => !SelectorSyntax.IsValid(text));
    }

    private async Task<List<string>> AcceptedAsync(string[] texts)
    {
        var list = JsonSerializer.Serialize(texts).Replace("<", "\\u003c", StringComparison.Ordinal);
        var url = Site.Page(
            "/selectors",
            $$"""
            <p id=result></p><script>
            const isValid = text => { try { document.querySelector(text); return true } catch { return false } };
            result.textContent = JSON.stringify({{list}}.map((text, i) => isValid(text) ? i : -1).filter(i => i >= 0));
            </script>
            """
        );
        var visit = await (await OpenAsync()).VisitAsync(url, new VisitOptions(), Ample, Cancellation);
        Assert.Equal(VisitEnd.Read, visit.End);
        var html = visit.Html!;
        var start = html.IndexOf("<p id=\"result\">", StringComparison.Ordinal) + "<p id=\"result\">".Length;
        var numbers = JsonSerializer.Deserialize<int[]>(
            html[start..html.IndexOf("</p>", start, StringComparison.Ordinal)]
        )!;
        return [.. numbers.Select(i => texts[i])];
    }
}
