using System.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Filters;

namespace FunctionsCrawler.Extraction;

/// <summary>The content of a PDF document.</summary>
/// <param name="Title">The title in its properties; null if there is none.</param>
/// <param name="Text">The text of its pages, in the order in which it is drawn.</param>
internal sealed record PdfText(string? Title, string Text);

/// <summary>Extracts the text of PDF documents, within bounds of time and memory.</summary>
internal static class PdfReader
{
    /// <summary>Reads a document on the calling thread.</summary>
    /// <param name="content">The document.</param>
    /// <param name="limits">How large it may become, and how long reading may take.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="PdfLimitException">The document exceeds a limit.</exception>
    /// <exception cref="InvalidDataException">The document is damaged or encrypted.</exception>
    public static PdfText Read(ReadOnlyMemory<byte> content, PdfLimits limits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(time);
        var meter = new PdfMeter(limits, time);
        var options = new ParsingOptions
        {
            UseLenientParsing = true,
            SkipMissingFonts = true,
            FilterProvider = new BoundedFilters(DefaultFilterProvider.Instance, meter),
        };
        try
        {
            using var document = PdfDocument.Open(content, options);
            document.AddPageFactory<PdfPageText, PdfPageFactory>();
            return Read(document, meter);
        }
        // The library wraps exceptions in some places, so ask the meter again instead of looking for its exception.
        catch (Exception e) when (e is not PdfLimitException and not OutOfMemoryException)
        {
            meter.Check();
            throw new InvalidDataException($"the PDF cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static PdfText Read(PdfDocument document, PdfMeter meter)
    {
        if (document.NumberOfPages > meter.Limits.MaxPages)
            meter.Fail($"the PDF has {document.NumberOfPages} pages; the limit is {meter.Limits.MaxPages}");
        var text = new StringBuilder();
        for (var number = 1; number <= document.NumberOfPages; number++)
        {
            meter.BeginPage();
            var page = document.GetPage<PdfPageText>(number).ToString();
            if (page.Length == 0)
                continue;
            if (text.Length + page.Length > meter.Limits.MaxCharacters)
                meter.Fail($"the text of the PDF has more than {meter.Limits.MaxCharacters} characters");
            text.Append(page).Append("\n\n");
        }
        meter.Check();
        var title = document.Information.Title?.Trim();
        return new PdfText(
            title is { Length: > 0 } ? title : null,
            text.Length == 0 ? "" : text.ToString().TrimEnd() + "\n"
        );
    }
}
