using System.Collections.Concurrent;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>
/// A fake fetcher with prepared answers. Returns the answers for a URL in order and repeats the last one; other URLs get 404.
/// </summary>
internal sealed class AnswerTable : IPageFetcher
{
    private readonly ConcurrentDictionary<string, Queue<FetchResult>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();

    /// <summary>The requested URLs, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public AnswerTable Add(string url, params FetchResult[] answers)
    {
        _answers[url] = new Queue<FetchResult>(answers);
        return this;
    }

    public AnswerTable Add(string url, string text, params string[] robotsTags) =>
        Add(url, Answer(200, text) with { FinalUrl = url, RobotsTags = robotsTags });

    public static FetchResult Answer(int status, string? text = null) =>
        new()
        {
            Status = status,
            Text = text,
            Content = Encoding.UTF8.GetBytes(text ?? ""),
            ContentType = "text/html",
            Error = HttpFailure.OfStatus(status),
        };

    public static FetchResult Failed(ErrorCode code) => new() { Error = new PageError(code, $"it is {code}") };

    public Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _asked.Enqueue(url.AbsoluteUri);
        if (!_answers.TryGetValue(url.AbsoluteUri, out var answers))
            return Task.FromResult(Answer(404) with { FinalUrl = url.AbsoluteUri });
        lock (answers)
            return Task.FromResult(answers.Count > 1 ? answers.Dequeue() : answers.Peek());
    }
}
