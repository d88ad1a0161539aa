namespace FunctionsCrawler.Storage;

/// <summary>
/// The store as a whole does not answer, for longer than its own retries last. That is no fault of a page or a chunk:
/// crawls wait until it is back.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
