using System.Text;
using System.Text.Unicode;

namespace FunctionsCrawler.AzureStorage;

/// <summary>A crawl request received from the queue.</summary>
/// <param name="Id">The crawl's id: "q-" followed by the message's id, so it is the same for every delivery.</param>
/// <param name="Body">The decoded text of the message, not validated. Should be a CrawlRequest as JSON.</param>
internal sealed record QueueRequest(string Id, string Body)
{
    /// <summary>Creates the request of a queue message.</summary>
    /// <param name="messageId">The id assigned by the queue.</param>
    /// <param name="text">
    /// The text of the message. Text that does not begin with '{' is decoded if it is valid base64-encoded UTF-8, because some
    /// senders encode every message; otherwise it is used unchanged.
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
