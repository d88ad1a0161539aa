using System.Text;
using System.Text.Unicode;

namespace FunctionsCrawler.AzureStorage;

/// <summary>A request for a crawl that came by the queue.</summary>
/// <param name="Id">The crawl's id: "q-" and the message's id, the same at every delivery.</param>
/// <param name="Body">The text of a CrawlRequest, or whatever else was sent.</param>
public sealed record QueueRequest(string Id, string Body)
{
    /// <summary>The request of a message.</summary>
    /// <param name="messageId">The id that the queue gave it.</param>
    /// <param name="text">
    /// Its text as it was sent. What begins with '{' is taken as it is; anything else as base64 of UTF-8, which is what some
    /// senders make of every message, or as it is where it is no such thing.
    /// </param>
    public static QueueRequest Of(string messageId, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(messageId);
        ArgumentNullException.ThrowIfNull(text);
        return new QueueRequest(IdOf(messageId), Decode(text));
    }

    internal static string IdOf(string messageId) => "q-" + messageId.ToLowerInvariant();

    private static string Decode(string text)
    {
        if (text.AsSpan().TrimStart() is ['{', ..])
            return text;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && Utf8.IsValid(bytes.AsSpan(0, length))
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : text;
    }
}
