using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>
/// Proof of one browser invocation: the resources it used, and what a search for its processes, sockets and files found
/// after disposal.
/// </summary>
public sealed record BrowserReceipt
{
    /// <summary>The marker that identifies every process of the invocation.</summary>
    public required string Invocation { get; init; }

    /// <summary>Time from the launch request until the browser answered, in milliseconds.</summary>
    public required double LaunchMs { get; init; }

    /// <summary>Time from the start of disposal to the end of the search for leftovers, in milliseconds.</summary>
    public required double DisposeMs { get; init; }

    /// <summary>The number of page visits made with the browser.</summary>
    public required int Pages { get; init; }

    /// <summary>
    /// The highest sampled proportional set size (PSS) of the process tree, driver included, in megabytes of 1,048,576 bytes.
    /// </summary>
    public required double PeakMemoryMb { get; init; }

    /// <summary>
    /// How much the kernel let each renderer allocate beyond the size of an empty one, in megabytes of 1,048,576 bytes. Null
    /// if no limit was requested, or if the platform or its kernel does not support one.
    /// </summary>
    public double? RendererLimitMb { get; init; }

    /// <summary>The number of processes that were seen to belong to the invocation.</summary>
    public required int ProcessesStarted { get; init; }

    /// <summary>
    /// The number of processes that survived the graceful close and were killed. A driver is always killed and not counted.
    /// </summary>
    public required int Killed { get; init; }

    /// <summary>
    /// The number of processes left after disposal, zombies included. Null if the platform has no process table to search.
    /// </summary>
    public int? ProcessesLeft { get; init; }

    /// <summary>Bytes left in the invocation's temp folder. 0 means that the folder itself is gone too.</summary>
    public required long BytesLeft { get; init; }

    /// <summary>
    /// The number of sockets of the browser's proxy still in use 2 s after the proxy was told to close them.
    /// </summary>
    public int SocketsLeft { get; init; }

    /// <summary>
    /// Why the browser did not close gracefully, or why its engine could not be disposed. Null if both succeeded.
    /// </summary>
    public string? CloseError { get; init; }

    /// <summary>True if nothing was left: <see cref="Residue"/> is 0.</summary>
    public bool IsClean => Residue == 0;

    /// <summary>
    /// The number of processes and sockets left, plus 1 if the temp folder was left. Anything but 0 is an error.
    /// </summary>
    [JsonIgnore]
    public int Residue => (ProcessesLeft ?? 0) + SocketsLeft + (BytesLeft > 0 ? 1 : 0);
}
