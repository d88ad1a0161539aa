namespace FunctionsCrawler.Extraction;

/// <summary>A document has more elements than it may have.</summary>
public sealed class TooManyElementsException(int most) : Exception($"more than {most} elements");
