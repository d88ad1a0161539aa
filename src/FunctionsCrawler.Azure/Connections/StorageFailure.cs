using Azure;
using Azure.Identity;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Translates the SDK's exceptions for storage failures to <see cref="StoreUnavailableException"/>, with a message of one
/// line. The SDK's exception is not kept as inner exception: its text quotes the service's response, which can contain
/// signatures.
/// </summary>
internal static class StorageFailure
{
    /// <summary>
    /// Whether the SDK throws this exception for a storage failure, a timeout or a cancellation by the caller.
    /// </summary>
    public static bool Is(Exception e) =>
        e
            is RequestFailedException
                or AuthenticationFailedException
                or AggregateException
                or IOException
                or OperationCanceledException;

    /// <summary>Creates the exception to throw for a failure.</summary>
    /// <param name="what">What failed: "the blob 'a' cannot be read".</param>
    /// <param name="e">The SDK's exception.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled, whatever the failure was.</exception>
    public static StoreUnavailableException Of(string what, Exception e, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new StoreUnavailableException($"{what}: {Reason(e)}");
    }

    /// <summary>Awaits a call to a service and throws a failure as <see cref="IOException"/>.</summary>
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
            // The SDK collects one exception per attempt.
            AggregateException { InnerExceptions: [.., var last] } => Reason(last),
            RequestFailedException { Status: 401 or 403 } refused =>
                $"the credentials were rejected ({refused.Status} {refused.ErrorCode})",
            RequestFailedException { Status: > 0 } response =>
                $"the service responded with {response.Status} {response.ErrorCode}",
            AuthenticationFailedException => $"no access token could be obtained: {FirstLine(e.Message)}",
            OperationCanceledException => "the service did not respond in time",
            _ => $"the service cannot be reached: {FirstLine(e.GetBaseException().Message)}",
        };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
