using Azure;
using Azure.Identity;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// What the SDK throws when storage fails, as the exception of the ports for a store that is away, with one line of what was wanted and why it failed. The SDK's exception is no inner one, for its text quotes the service's answer, and
/// that may quote signatures.
/// </summary>
internal static class StorageFailure
{
    /// <summary>Whether the SDK throws that when storage fails, or does not answer in time, or the caller gives up.</summary>
    public static bool Is(Exception e) =>
        e
            is RequestFailedException
                or AuthenticationFailedException
                or AggregateException
                or IOException
                or OperationCanceledException;

    /// <summary>The exception for it.</summary>
    /// <param name="what">What could not be done, for people: "the blob 'a' cannot be read".</param>
    /// <param name="e">What the SDK threw.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="OperationCanceledException">The caller gave up, whatever else went wrong meanwhile.</exception>
    public static StoreUnavailableException Of(string what, Exception e, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new StoreUnavailableException($"{what}: {Reason(e)}");
    }

    /// <summary>Waits for a call to a service and throws its failure as <see cref="IOException"/>.</summary>
    public static async Task<T> OrIOException<T>(this Task<T> call, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (Exception e) when (Is(e))
        {
            throw Of(what, e, cancellationToken);
        }
    }

    private static string Reason(Exception e) =>
        e switch
        {
            // One for each try.
            AggregateException { InnerExceptions: [.., var last] } => Reason(last),
            RequestFailedException { Status: 401 or 403 } refused =>
                $"the credentials were refused ({refused.Status} {refused.ErrorCode})",
            RequestFailedException { Status: > 0 } answer => $"the answer was {answer.Status} {answer.ErrorCode}",
            AuthenticationFailedException => $"no token could be had: {FirstLine(e.Message)}",
            OperationCanceledException => "there was no answer in time",
            _ => $"it cannot be reached: {FirstLine(e.GetBaseException().Message)}",
        };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
