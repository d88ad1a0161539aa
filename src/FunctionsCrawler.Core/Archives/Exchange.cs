namespace FunctionsCrawler.Archives;

/// <summary>A GET request and its response.</summary>
/// <param name="Url">A URL that <see cref="ArchivedUrl.Of"/> returned.</param>
/// <param name="Date">When the request was sent.</param>
/// <param name="Request">The head of the request.</param>
/// <param name="Response">The head of the response.</param>
/// <param name="Body">The body of the response, without transfer codings. Read from its beginning; not disposed.</param>
internal sealed record Exchange(string Url, DateTimeOffset Date, byte[] Request, ReceivedHead Response, Stream Body)
{
    /// <summary>Why the body is not whole, in a word that WARC knows: length, time or disconnect. Null if it is whole.</summary>
    public string? Truncated { get; init; }
}
