namespace FunctionsCrawler.Extraction;

/// <summary>Limits on reading a PDF document. A few kilobytes of one can expand to gigabytes or draw forever.</summary>
internal sealed record PdfLimits
{
    /// <summary>The maximum number of pages.</summary>
    public int MaxPages { get; init; } = 5000;

    /// <summary>The maximum length of the text, in characters.</summary>
    public int MaxCharacters { get; init; } = 16 * 1024 * 1024;

    /// <summary>The maximum size of a stream after one of its filters, in bytes: a font, an image or an object stream.</summary>
    public int MaxStreamBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// The maximum size of a stream that draws, in bytes: of a page or a form. Each operator becomes an object of about a hundred
    /// bytes.
    /// </summary>
    public int MaxDrawingBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>The maximum number of characters that a page draws.</summary>
    public int MaxPageGlyphs { get; init; } = 2_000_000;

    /// <summary>How much memory may be allocated for one page, in bytes.</summary>
    public long MaxPageMemory { get; init; } = 512L * 1024 * 1024;

    /// <summary>How long reading may take.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A PDF document exceeds one of the <see cref="PdfLimits"/>.</summary>
internal sealed class PdfLimitException(string message, bool isTimeout) : Exception(message)
{
    /// <summary>Whether the limit is <see cref="PdfLimits.Duration"/>.</summary>
    public bool IsTimeout => isTimeout;
}
