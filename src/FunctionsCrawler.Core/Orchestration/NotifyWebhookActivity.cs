using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Safety;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// Tells the callback URL of a crawl that it has ended, and commits whether it heard. At least once: who dies between
/// the two tells it again, under the same Webhook-Id.
/// </summary>
internal sealed class NotifyWebhookActivity(CrawlWorker worker)
{
    private const int MaxAttempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Runs the activity. A receiver that does not hear is no failure of the crawl.</summary>
    public async Task<NotifyWebhookOutput> RunAsync(NotifyWebhookInput input, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(worker.Store, input.CrawlId);
        var stored = await crawl.FindRequestAsync(cancellationToken).ConfigureAwait(false);
        var summary = await crawl.GetSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (stored?.Request.CallbackUrl is not { } url || summary is null)
            return new NotifyWebhookOutput(Delivered: false);
        var told = await worker
            .Store.GetJsonAsync(crawl.Layout.Webhook, CrawlJson.Default.WebhookDelivery, cancellationToken)
            .ConfigureAwait(false);
        if (told is null)
        {
            told = await TellAsync(url, summary, cancellationToken).ConfigureAwait(false);
            await worker
                .Store.PutJsonAsync(
                    crawl.Layout.Webhook,
                    told,
                    CrawlJson.Default.WebhookDelivery,
                    PutCondition.IfAbsent,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        await new CrawlIndex(worker.Store)
            .CloseAsync(new CrawlEntry(input.CrawlId, stored.AcceptedAt), cancellationToken)
            .ConfigureAwait(false);
        return new NotifyWebhookOutput(told.Error is null);
    }

    private async Task<WebhookDelivery> TellAsync(string url, CrawlSummary summary, CancellationToken cancellationToken)
    {
        var notice = new WebhookNotice("crawl.ended", worker.Time.GetUtcNow(), summary);
        var body = JsonSerializer.SerializeToUtf8Bytes(notice, CrawlJson.Default.WebhookNotice);
        for (var attempt = 1; ; attempt++)
        {
            var (error, again) = await PostAsync(url, summary.Id, body, cancellationToken).ConfigureAwait(false);
            if (error is null || !again || attempt == MaxAttempts)
                return new WebhookDelivery(worker.Time.GetUtcNow(), attempt, error);
            await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), worker.Time, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<(string? Error, bool Again)> PostAsync(
        string url,
        string crawlId,
        byte[] body,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(Patience, worker.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("Webhook-Id", crawlId);
        message.Headers.Add(
            "Webhook-Timestamp",
            worker.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        );
        try
        {
            using var answer = await worker
                .Webhooks.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ended.Token)
                .ConfigureAwait(false);
            var status = (int)answer.StatusCode;
            return answer.IsSuccessStatusCode
                ? (null, false)
                : ($"it answered {status}", status is 408 or 429 or >= 500);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ($"it did not answer within {Patience.TotalSeconds} s", true);
        }
        catch (HttpRequestException e) when (e.InnerException is BlockedAddressException refused)
        {
            return (refused.Message, false);
        }
        catch (HttpRequestException e)
        {
            return (e.Message, true);
        }
    }
}

/// <summary>What a callback URL is told (https://www.standardwebhooks.com).</summary>
/// <param name="Type">What has happened: "crawl.ended".</param>
/// <param name="Timestamp">When it was first told.</param>
/// <param name="Data">The summary.</param>
public sealed record WebhookNotice(string Type, DateTimeOffset Timestamp, CrawlSummary Data);

/// <summary>What became of a webhook (webhook.json).</summary>
/// <param name="At">When the receiver heard, or was given up.</param>
/// <param name="Attempts">How often it was told, the last time that this ran.</param>
/// <param name="Error">Why it did not hear; null when it did.</param>
public sealed record WebhookDelivery(DateTimeOffset At, int Attempts, string? Error);
