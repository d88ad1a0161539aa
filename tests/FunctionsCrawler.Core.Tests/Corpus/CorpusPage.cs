using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Core.Tests.Corpus;

/// <summary>
/// A labelled page: the article of one file inside the chrome of its kind's template, and the Markdown that is right for it.
/// </summary>
/// <param name="Kind">The folder: which generator or kind of site the chrome is of.</param>
/// <param name="Name">The name of its two files.</param>
/// <param name="Html">The whole page.</param>
/// <param name="Expected">The main content as Markdown, written by hand.</param>
/// <param name="Round">
/// 0 for the pages that the rules were written with. 1 and 2 for pages that were held out: first measured when the rules
/// had been written.
/// </param>
/// <param name="Difference">Why the Markdown, apart from its words, is not the expected one. Null if it is.</param>
internal sealed record CorpusPage(string Kind, string Name, string Html, string Expected, int Round, string? Difference)
{
    public string Id => $"{Kind}/{Name}";

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Corpus", "Pages");

    private static readonly Lazy<IReadOnlyList<CorpusPage>> Loaded = new(() =>
        [
            .. Directory
                .EnumerateFiles(Root, "*.md", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(Load),
        ]
    );

    public static IReadOnlyList<CorpusPage> All => Loaded.Value;

    private static CorpusPage Load(string markdownPath)
    {
        var folder = Path.GetDirectoryName(markdownPath)!;
        var article = File.ReadAllText(Path.ChangeExtension(markdownPath, ".html"), Encoding.UTF8);
        var (settings, content) = Split(article, markdownPath);
        var template = File.ReadAllText(Path.Combine(folder, "template.html"), Encoding.UTF8);
        return new CorpusPage(
            Path.GetFileName(folder),
            Path.GetFileNameWithoutExtension(markdownPath),
            new CorpusTemplate(settings).Expand(template, content),
            File.ReadAllText(markdownPath, Encoding.UTF8),
            settings.TryGetValue("held-out", out var round)
                ? (round.Length == 0 ? 1 : int.Parse(round, CultureInfo.InvariantCulture))
                : 0,
            settings.GetValueOrDefault("difference")
        );
    }

    // The first line of an article is a comment: <!-- title=Streams; nav=40; cookie -->
    private static (Dictionary<string, string> Settings, string Content) Split(string article, string path)
    {
        var end = article.IndexOf("-->", StringComparison.Ordinal);
        if (!article.StartsWith("<!--", StringComparison.Ordinal) || end < 0)
            throw new InvalidDataException($"{path}: the article has no comment with its settings in the first line.");
        var settings = article[4..end]
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(setting => setting.Split('=', 2, StringSplitOptions.TrimEntries))
            .ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.Ordinal);
        return (settings, article[(end + 3)..].Trim());
    }
}
