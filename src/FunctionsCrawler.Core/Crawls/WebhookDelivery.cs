namespace FunctionsCrawler.Crawls;

/// <summary>The result of a webhook (webhook.json).</summary>
/// <param name="At">When the webhook was delivered, or the last attempt failed.</param>
/// <param name="Attempts">The number of attempts in the last run of the activity.</param>
/// <param name="Error">Why the delivery failed; null if it succeeded.</param>
internal sealed record WebhookDelivery(DateTimeOffset At, int Attempts, string? Error);
