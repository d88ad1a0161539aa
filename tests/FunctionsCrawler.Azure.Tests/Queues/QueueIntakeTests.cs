using System.Text;
using Azure.Core;
using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.AzureStorage.Tests.Queues;

/// <summary>Tests the handling of messages on a real queue.</summary>
public sealed class QueueIntakeTests(Azurite azurite) : QueueTest(azurite)
{
    private const string Json = """{ "urls": ["https://example.com/"] }""";

    private static readonly string Base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Json));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_EitherEncoding_OfferedOnceAndDeleted(bool base64)
    {
        var sent = await Requests.SendMessageAsync(base64 ? Base64 : Json, Cancellation);

        Start((_, _) => Task.FromResult(IntakeResult.Done));
        await UntilEmptyAsync();

        var request = Assert.Single(Offered);
        Assert.Equal(Json, request.Body);
        Assert.Equal("q-" + sent.Value.MessageId.ToLowerInvariant(), request.Id);
        Assert.Empty(Log.Lines(3001));
    }

    [Fact]
    public async Task Run_ManyMessages_AtMostSixteenAtATime()
    {
        var gate = new TaskCompletionSource();
        var (now, most) = (0, 0);
        for (var i = 0; i < 40; i++)
            await Queue.EnqueueAsync(Json, Cancellation);

        Start(
            async (_, _) =>
            {
                lock (gate)
                    most = Math.Max(most, ++now);
                await gate.Task;
                lock (gate)
                    now--;
                return IntakeResult.Done;
            }
        );
        await Eventually.IsTrueAsync(() => Volatile.Read(ref most) == 16, "sixteen at once");
        gate.SetResult();
        await UntilEmptyAsync();

        Assert.Equal(16, most);
        Assert.Equal(40, Offered.Select(r => r.Id).Distinct().Count());
        Assert.Equal(40, Offered.Count);
    }

    [Fact]
    public async Task Run_SlowerThanTheVisibility_RenewedAndOfferedOnce()
    {
        await Queue.EnqueueAsync(Json, Cancellation);
        var done = new TaskCompletionSource<IntakeResult>();

        Start((_, _) => done.Task, NoDelays with { Visibility = TimeSpan.FromSeconds(3) });
        await Eventually.IsTrueAsync(() => Offered.Count == 1, "the offer");
        var before = Network.Count(RequestMethod.Put);
        // Renewed every second. Without renewal the message would have become visible after 3 s.
        await Eventually.IsTrueAsync(() => Network.Count(RequestMethod.Put) - before >= 5, "five renewals");
        done.SetResult(IntakeResult.Done);
        await UntilEmptyAsync();

        Assert.Single(Offered);
        Assert.Empty(Log.Lines(3005));
    }

    [Fact]
    public async Task Run_FailsFiveTimes_MovedUnchanged()
    {
        await Requests.SendMessageAsync(Base64, Cancellation);

        Start((_, _) => throw new InvalidOperationException("no place"));

        Assert.Equal(Base64, await PoisonedAsync());
        await UntilEmptyAsync();
        Assert.Equal(5, Offered.Count);
        Assert.Equal(4, Log.Lines(3001).Length);
        var line = Assert.Single(Log.Lines(3002));
        Assert.Contains($"Request {Offered.First().Id} moved to {Poison.Name} after 5 attempts: no place", line);
        Assert.Contains(nameof(InvalidOperationException), line);
    }

    [Fact]
    public async Task Run_FailsFourTimes_AcceptedOnTheFifthAttempt()
    {
        await Queue.EnqueueAsync(Json, Cancellation);

        Start((_, _) => Offered.Count < 5 ? throw new IOException("not yet") : Task.FromResult(IntakeResult.Done));
        await UntilEmptyAsync();

        Assert.Equal(5, Offered.Count);
        Assert.Empty(Log.Lines(3002));
    }

    [Fact]
    public async Task Run_MalformedBeforeAValidOne_BothAreHandled()
    {
        const string Bad = "{ no json";
        await Requests.SendMessageAsync(Bad, Cancellation);
        await Requests.SendMessageAsync(Json, Cancellation);

        Start(
            (request, _) =>
                Task.FromResult(request.Body == Bad ? IntakeResult.IsMalformed("no JSON") : IntakeResult.Done)
        );

        Assert.Equal(Bad, await PoisonedAsync());
        await UntilEmptyAsync();
        Assert.Single(Offered, request => request.Body == Json);
        Assert.Equal(5, Offered.Count(request => request.Body == Bad));
        Assert.Contains("the message is malformed: no JSON", Assert.Single(Log.Lines(3002)));
    }

    [Fact]
    public async Task Run_Fails_VisibleAgainOnlyAfterTheDelay()
    {
        await Queue.EnqueueAsync(Json, Cancellation);
        var started = new System.Diagnostics.Stopwatch();
        var waited = TimeSpan.Zero;

        Start(
            (_, _) =>
            {
                if (Offered.Count == 1)
                {
                    started.Start();
                    throw new IOException("not yet");
                }
                waited = started.Elapsed;
                return Task.FromResult(IntakeResult.Done);
            },
            NoDelays with
            {
                RetryDelay = TimeSpan.FromSeconds(3),
            }
        );
        await UntilEmptyAsync();

        // The service rounds to whole seconds.
        Assert.True(waited > TimeSpan.FromSeconds(2), $"The message was visible again after {waited}.");
    }

    [Fact]
    public async Task Run_ReadersDiedFiveTimes_MovedWithoutAnOffer()
    {
        var text = Base64;
        await Requests.SendMessageAsync(text, Cancellation);
        for (var i = 0; i < 5; i++)
        {
            var taken = (await Requests.ReceiveMessagesAsync(1, TimeSpan.FromMinutes(1), Cancellation)).Value[0];
            await Requests.UpdateMessageAsync(
                taken.MessageId,
                taken.PopReceipt,
                default(string),
                TimeSpan.Zero,
                Cancellation
            );
        }

        Start((_, _) => Task.FromResult(IntakeResult.Done));

        Assert.Equal(text, await PoisonedAsync());
        await UntilEmptyAsync();
        Assert.Empty(Offered);
    }

    [Fact]
    public async Task Run_CannotDelete_OfferedAgainUnderTheSameId()
    {
        await Queue.EnqueueAsync(Json, Cancellation);
        Network.Break(RequestMethod.Delete, Fault.NotSent, times: 5);

        Start((_, _) => Task.FromResult(IntakeResult.Done), NoDelays with { Visibility = TimeSpan.FromSeconds(1) });
        await UntilEmptyAsync();

        Assert.Equal(2, Offered.Count);
        Assert.Single(Offered.Distinct());
        Assert.Single(Log.Lines(3003));
        Assert.Single(Log.Lines(3004));
    }

    [Fact]
    public async Task Run_ResponseToDeleteLost_CountsAsDone()
    {
        await Queue.EnqueueAsync(Json, Cancellation);
        Network.Break(RequestMethod.Delete, Fault.ResponseLost, times: 1);

        Start((_, _) => Task.FromResult(IntakeResult.Done));
        await Eventually.IsTrueAsync(() => Network.Count(RequestMethod.Delete) == 2, "the second delete");
        await StopAsync();

        Assert.Single(Offered);
        Assert.Empty(Log.Lines(3003));
        Assert.Empty(Log.Lines(3005));
    }

    [Fact]
    public async Task Run_MessageDeletedMeanwhile_LogsAndContinues()
    {
        await Queue.EnqueueAsync(Json, Cancellation);
        var done = new TaskCompletionSource<IntakeResult>();

        Start((_, _) => done.Task);
        await Eventually.IsTrueAsync(() => Offered.Count == 1, "the offer");
        await Requests.ClearMessagesAsync(Cancellation);
        done.SetException(new IOException("not yet"));

        await Eventually.IsTrueAsync(() => Log.Lines(3005).Length == 1, "the log line");
    }

    [Fact]
    public async Task Run_Stopped_CancelsTokenAndReleasesMessageAtOnce()
    {
        await Queue.EnqueueAsync(Json, Cancellation);
        Start(
            async (_, stopping) =>
            {
                await Task.Delay(Timeout.Infinite, stopping);
                return IntakeResult.Done;
            }
        );
        await Eventually.IsTrueAsync(() => Offered.Count == 1, "the offer");

        await StopAsync();

        Assert.Single((await Requests.PeekMessagesAsync(1, Cancellation)).Value);
        Assert.Empty(Log.Lines(3001));
    }

    [Fact]
    public async Task Run_StoppedWhileAcceptIgnoresToken_EndsAndLogsIt()
    {
        await Queue.EnqueueAsync(Json, Cancellation);
        var never = new TaskCompletionSource<IntakeResult>();
        Start((_, _) => never.Task, NoDelays with { DrainLimit = TimeSpan.FromMilliseconds(100) });
        await Eventually.IsTrueAsync(() => Offered.Count == 1, "the offer");

        await StopAsync();

        Assert.StartsWith("1 requests did not finish within 0.1 s", Assert.Single(Log.Lines(3006)));
        never.SetResult(IntakeResult.Done);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task Run_QueueDeleted_IsRecreated()
    {
        Start((_, _) => Task.FromResult(IntakeResult.Done));
        await Requests.DeleteAsync(Cancellation);

        await Eventually.IsTrueAsync(() => Log.Lines(3004).Length == 1, "the queue");
        var id = await Queue.EnqueueAsync(Json, Cancellation);
        await Eventually.IsTrueAsync(() => Offered.Any(request => request.Id == id), "the request");

        Assert.Contains("404 QueueNotFound", Assert.Single(Log.Lines(3003)));
    }
}
