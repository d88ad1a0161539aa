using System.Globalization;

namespace FunctionsCrawler.Core.Tests.Corpus;

/// <summary>Titles of other pages, for the navigation around an article. The same on every run.</summary>
internal sealed class ChromeWords(string language)
{
    private static readonly Dictionary<string, (string[] First, string[] Second)> Pools = new(StringComparer.Ordinal)
    {
        ["en"] = (
            ["Advanced", "Basic", "Configuring", "Debugging", "Embedding", "Managing", "Testing", "Using", "Writing"],
            ["accounts", "buckets", "clients", "events", "filters", "indexes", "jobs", "plugins", "queues", "reports"]
        ),
        ["de"] = (["Neue", "Alte", "Kleine", "Grüne", "Lokale"], ["Wege", "Gärten", "Häuser", "Räder", "Feste"]),
        ["ru"] = (["Новые", "Старые", "Большие", "Местные"], ["города", "дороги", "школы", "театры", "рынки"]),
        ["ar"] = (["أخبار", "دليل", "صور", "قصص"], ["المدينة", "المطبخ", "السفر", "الحديقة", "البحر"]),
        ["he"] = (["מדריך", "סיפורי", "חדשות"], ["העיר", "הים", "הגינה", "המטבח"]),
        ["ja"] = (["新しい", "古い", "便利な"], ["道具", "料理", "旅行", "設定", "記録"]),
        ["zh"] = (["最新", "常用", "基础"], ["设置", "教程", "工具", "问题", "文章"]),
    };

    private int _count;

    public (string Text, string Href) Next()
    {
        var (first, second) = Pools[language.Split('-')[0]];
        var n = _count++;
        var text = $"{first[n % first.Length]} {second[(n / first.Length + n) % second.Length]}";
        return (text, string.Create(CultureInfo.InvariantCulture, $"/docs/page-{n}.html"));
    }
}
