using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Checks time and memory while a document is read. The reader calls it for every page, filter and stream, a form included
/// each time it is drawn. All work is on the thread that created the meter.
/// </summary>
internal sealed class PdfMeter(PdfLimits limits, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private PdfLimitException? _exceeded;
    private long _allocated = GC.GetAllocatedBytesForCurrentThread();

    /// <summary>The limits.</summary>
    public PdfLimits Limits => limits;

    /// <summary>Starts a page: what was allocated for the pages before it can be collected.</summary>
    public void BeginPage()
    {
        Check();
        _allocated = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>Checks the limits.</summary>
    /// <exception cref="PdfLimitException">The document exceeds one of them.</exception>
    public void Check()
    {
        // The library goes on after some exceptions; the text would lack a part without a word.
        if (_exceeded is not null)
            throw _exceeded;
        if (time.GetElapsedTime(_started) > limits.Duration)
            Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the PDF takes longer than {limits.Duration.TotalSeconds:0.#} s to read"
                ),
                isTimeout: true
            );
        if (GC.GetAllocatedBytesForCurrentThread() - _allocated > limits.MaxPageMemory)
            Fail($"a page of the PDF takes more than {limits.MaxPageMemory >> 20} MB to read");
    }

    /// <summary>Ends the reading, now and at every further check.</summary>
    /// <exception cref="PdfLimitException">Always.</exception>
    [DoesNotReturn]
    public void Fail(string message, bool isTimeout = false)
    {
        _exceeded ??= new PdfLimitException(message, isTimeout);
        throw _exceeded;
    }
}
