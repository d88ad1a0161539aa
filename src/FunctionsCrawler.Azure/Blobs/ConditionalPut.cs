using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// One write of a blob under a condition. The SDK sends a put again if its response was lost; the condition then fails because
/// of the put's own blob. The blob's metadata identifies the put that wrote it.
/// </summary>
internal sealed class ConditionalPut(BlobBaseClient blob, PutCondition condition)
{
    // The blob metadata entry that identifies the put that wrote the blob.
    private const string MetadataName = "fcput";

    /// <summary>Unique to this write.</summary>
    public string Token { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>The conditions of the request that creates or replaces the blob.</summary>
    public BlobRequestConditions? Conditions =>
        condition == PutCondition.IfAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null;

    /// <summary>The metadata of the request that creates or replaces the blob.</summary>
    public IDictionary<string, string> Metadata =>
        new Dictionary<string, string>(StringComparer.Ordinal) { [MetadataName] = Token };

    /// <summary>Sends the request. Returns false if the condition did not hold.</summary>
    public async Task<bool> RunAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            await send().ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e)
            when (condition == PutCondition.IfAbsent
                && (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == BlobErrorCode.ConditionNotMet)
            )
        {
            return await IsOursAsync(cancellationToken).ConfigureAwait(false);
        }
        // Another writer committed during our upload, so the service dropped our blocks. An unconditional put counts as
        // written just before the other one.
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            return condition == PutCondition.None || await IsOursAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsOursAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return found.Value.Metadata.TryGetValue(MetadataName, out var writer)
                && string.Equals(writer, Token, StringComparison.Ordinal);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
    }
}
