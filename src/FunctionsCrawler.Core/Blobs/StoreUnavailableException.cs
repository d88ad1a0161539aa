namespace FunctionsCrawler.Blobs;

/// <summary>
/// The store is unavailable, and the retries of its client are used up. No page or chunk caused this, so crawls wait until
/// the store is available again.
/// </summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
