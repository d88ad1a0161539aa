using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Network;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Notifies the callback URL of a crawl that the crawl has ended, and commits the result. Delivery is at least once: after a
/// crash between the two steps the webhook is sent isTransient, with the same Webhook-Id.
/// </summary>
internal sealed class NotifyWebhookActivity(IBlobStore store, WebhookClient client, TimeProvider time)
{
    private const int MaxAttempts = 5;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Sends the webhook. A failed delivery is stored and does not fail the activity.</summary>
    public async Task<NotifyWebhookOutput> RunAsync(NotifyWebhookInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, input.CrawlId);
        var stored = await crawl.FindRequestAsync(cancellationToken).ConfigureAwait(false);
        var summary = await crawl.TakeSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (stored?.Request.CallbackUrl is not { } url || summary is null)
            return new NotifyWebhookOutput(Delivered: false);
        var delivery = await FindDeliveryAsync(crawl, cancellationToken).ConfigureAwait(false);
        if (delivery is null)
        {
            delivery = await DeliverAsync(url, summary, cancellationToken).ConfigureAwait(false);
            await store
                .PutJsonAsync(
                    crawl.Layout.Webhook,
                    delivery,
                    CrawlJson.Default.WebhookDelivery,
                    PutCondition.IfAbsent,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        await new CrawlIndex(store)
            .CloseAsync(new CrawlEntry(input.CrawlId, stored.AcceptedAt), cancellationToken)
            .ConfigureAwait(false);
        return new NotifyWebhookOutput(delivery.Error is null);
    }

    // A damaged result is moved aside, and the webhook is sent again: delivery is at least once.
    private async Task<WebhookDelivery?> FindDeliveryAsync(CrawlBlobs crawl, CancellationToken cancellationToken)
    {
        try
        {
            return await store
                .GetJsonAsync(crawl.Layout.Webhook, CrawlJson.Default.WebhookDelivery, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (DamagedBlobException e)
        {
            await crawl.SetAsideAsync(e.Name, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<WebhookDelivery> DeliverAsync(
        string url,
        CrawlSummary summary,
        CancellationToken cancellationToken
    )
    {
        var notice = new WebhookNotice("crawl.ended", time.GetUtcNow(), summary);
        var body = JsonSerializer.SerializeToUtf8Bytes(notice, CrawlJson.Default.WebhookNotice);
        for (var attempt = 1; ; attempt++)
        {
            var (error, isTransient) = await PostAsync(url, summary.Id, body, cancellationToken).ConfigureAwait(false);
            if (error is null || !isTransient || attempt == MaxAttempts)
                return new WebhookDelivery(time.GetUtcNow(), attempt, error);
            await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(string? Error, bool IsTransient)> PostAsync(
        string url,
        string crawlId,
        byte[] body,
        CancellationToken cancellationToken
    )
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("Webhook-Id", crawlId);
        message.Headers.Add(
            "Webhook-Timestamp",
            time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        );
        try
        {
            using var response = await client.SendAsync(message, either.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return response.IsSuccessStatusCode
                ? (null, false)
                : ($"the receiver responded with {status}", status is 408 or 429 or >= 500);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ($"the receiver did not respond within {AttemptTimeout.TotalSeconds} s", true);
        }
        catch (HttpRequestException e) when (e.InnerException is BlockedAddressException blocked)
        {
            return (blocked.Message, false);
        }
        catch (HttpRequestException e)
        {
            return (e.Message, true);
        }
    }
}
