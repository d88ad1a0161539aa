using FunctionsCrawler.AzureStorage.Tests.Running;

namespace FunctionsCrawler.AzureStorage.Tests.Queues;

[Needs(Need.Azurite)]
public sealed class CrawlQueueTests(Azurite azurite) : QueueTest(azurite)
{
    [Fact]
    public async Task Enqueue_Json_PlainTextThatNeverExpires()
    {
        var id = await Queue.EnqueueAsync("{ \"a\": \"<ä&\" }", Cancellation);

        var message = Assert.Single((await Requests.PeekMessagesAsync(2, Cancellation)).Value);
        Assert.Equal("{ \"a\": \"<ä&\" }", message.MessageText);
        Assert.Equal(id, "q-" + message.MessageId.ToLowerInvariant());
        Assert.True(message.ExpiresOn > DateTimeOffset.UtcNow.AddYears(10));
    }

    [Fact]
    public async Task Enqueue_MaximumSize_IsSent()
    {
        var json = "{" + new string(' ', CrawlQueue.MaxMessageBytes - 2) + "}";

        await Queue.EnqueueAsync(json, Cancellation);

        Assert.Equal(json, Assert.Single((await Requests.PeekMessagesAsync(2, Cancellation)).Value).MessageText);
    }

    [Fact]
    public async Task Enqueue_OverMaximumSize_ArgumentExceptionNamingSizeAndLimit()
    {
        // The limit is in bytes, not characters.
        var json = "{" + new string('ä', CrawlQueue.MaxMessageBytes / 2) + "}";

        var error = await Assert.ThrowsAsync<ArgumentException>(() => Queue.EnqueueAsync(json, Cancellation));

        Assert.Contains("65538 bytes", error.Message);
        Assert.Contains("at most 65536", error.Message);
        Assert.Empty((await Requests.PeekMessagesAsync(1, Cancellation)).Value);
    }
}
