namespace FunctionsCrawler.Browsing;

/// <summary>A file that a browser made of a page.</summary>
/// <param name="Name">What it is: "screenshot".</param>
/// <param name="ContentType">Its media type: "image/png".</param>
/// <param name="Content">The file.</param>
internal sealed record PageCapture(string Name, string ContentType, ReadOnlyMemory<byte> Content)
{
    /// <summary>Whether the file lacks something because of a limit.</summary>
    public bool IsCut { get; init; }
}

/// <summary>A file cannot be made of a page; the message says why.</summary>
internal sealed class CaptureFailedException(string message) : Exception(message);
