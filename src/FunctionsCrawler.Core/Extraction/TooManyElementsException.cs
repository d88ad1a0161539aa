namespace FunctionsCrawler.Extraction;

/// <summary>Thrown when a document has more elements than allowed.</summary>
internal sealed class TooManyElementsException(int maxElements) : Exception($"more than {maxElements} elements");
