using System.Text.Json.Serialization;

namespace FunctionsCrawler.Scraping.Adaptive;

/// <summary>What rendering brought to pages of one kind. Stored in chunk headers, and added up in the plans of waves.</summary>
/// <param name="Kind">The kind, from <see cref="PageKinds"/>.</param>
/// <param name="Same">The number of pages to which rendering added nothing.</param>
/// <param name="Differed">The number of pages to which it added content.</param>
internal sealed record RenderLesson(string Kind, int Same, int Differed)
{
    // So that a few pages with random content do not make a whole site be rendered, while one page in twenty may need it.
    private const int Share = 20;

    /// <summary>Whether pages of the kind are rendered.</summary>
    [JsonIgnore]
    public bool NeedsRendering => Differed > 0 && Same < Share * Differed;

    /// <summary>Adds two lessons about the same kind; null stands for none.</summary>
    public static RenderLesson? Sum(RenderLesson? a, RenderLesson? b) =>
        a is null || b is null ? a ?? b : new RenderLesson(a.Kind, a.Same + b.Same, a.Differed + b.Differed);
}
