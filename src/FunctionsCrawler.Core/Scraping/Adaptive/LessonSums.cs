namespace FunctionsCrawler.Scraping.Adaptive;

/// <summary>
/// Adds up lessons by kind, in the order in which the kinds appear. Keeps the first kinds up to a maximum, so that plans stay
/// small. Not thread-safe.
/// </summary>
internal sealed class LessonSums
{
    private const int MaxKinds = 2_000;

    private readonly OrderedDictionary<string, RenderLesson> _sums = new(StringComparer.Ordinal);

    /// <summary>The sums.</summary>
    public IReadOnlyList<RenderLesson> All => _sums.Values;

    /// <summary>Adds lessons.</summary>
    public void Add(IEnumerable<RenderLesson> lessons)
    {
        ArgumentNullException.ThrowIfNull(lessons);
        foreach (var lesson in lessons)
        {
            if (_sums.TryGetValue(lesson.Kind, out var before))
                _sums[lesson.Kind] = RenderLesson.Sum(before, lesson)!;
            else if (_sums.Count < MaxKinds)
                _sums.Add(lesson.Kind, lesson);
        }
    }
}
