namespace FunctionsCrawler.Contracts;

/// <summary>A set of formats.</summary>
internal readonly record struct PageFormats
{
    private readonly int _bits;

    /// <summary>The formats of a list; repeated ones count once.</summary>
    public PageFormats(IEnumerable<PageFormat> formats)
    {
        ArgumentNullException.ThrowIfNull(formats);
        _bits = formats.Aggregate(0, (bits, format) => bits | 1 << (int)format);
    }

    /// <summary>The formats if none are specified.</summary>
    public static PageFormats Standard { get; } =
        new([PageFormat.Markdown, PageFormat.MainMarkdown, PageFormat.Links, PageFormat.Metadata]);

    /// <summary>The formats in the set.</summary>
    public IEnumerable<PageFormat> All
    {
        get
        {
            var set = this;
            return Enum.GetValues<PageFormat>().Where(format => set.Has(format));
        }
    }

    /// <summary>Whether a format is in the set.</summary>
    public bool Has(PageFormat format) => (_bits & 1 << (int)format) != 0;
}
