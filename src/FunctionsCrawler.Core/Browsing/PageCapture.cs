namespace FunctionsCrawler.Browsing;

/// <summary>A file that a browser made of a page.</summary>
/// <param name="Name">What it is: "screenshot".</param>
/// <param name="ContentType">Its media type: "image/png".</param>
/// <param name="Content">The file.</param>
internal sealed record PageCapture(string Name, string ContentType, ReadOnlyMemory<byte> Content);
