using System.Text.Json.Serialization;

namespace FunctionsCrawler.Browsing;

/// <summary>The proof of one browser invocation: what it used, and what was found when it was looked for afterwards.</summary>
public sealed record BrowserReceipt
{
    /// <summary>The marker that every process of the invocation showed.</summary>
    public required string Invocation { get; init; }

    /// <summary>Milliseconds from the request to a browser that answers.</summary>
    public required double LaunchMs { get; init; }

    /// <summary>Milliseconds from the start of disposal to the last look.</summary>
    public required double DisposeMs { get; init; }

    /// <summary>Visits made.</summary>
    public required int Pages { get; init; }

    /// <summary>The highest sample of the tree's proportional set size, driver included, in megabytes of 1,048,576 bytes.</summary>
    public required double PeakMemoryMb { get; init; }

    /// <summary>
    /// What the kernel let each renderer allocate beyond what an empty one has, in the same megabytes. Null: no limit was
    /// asked for, or the platform or its kernel sets none.
    /// </summary>
    public double? RendererLimitMb { get; init; }

    /// <summary>Processes seen to belong to the invocation.</summary>
    public required int ProcessesStarted { get; init; }

    /// <summary>Processes still there after the polite close, which were killed; a driver, always killed, is not counted.</summary>
    public required int Killed { get; init; }

    /// <summary>Processes left, zombies included. Null where the platform has no process table to look into.</summary>
    public int? ProcessesLeft { get; init; }

    /// <summary>Bytes left in the invocation's temp root; 0 means that the folder itself is gone too.</summary>
    public required long BytesLeft { get; init; }

    /// <summary>Sockets of the browser's proxy that were still in use 2 s after all had been told to end.</summary>
    public int SocketsLeft { get; init; }

    /// <summary>Whether nothing was found left.</summary>
    public bool IsClean => Residue == 0;

    /// <summary>Processes and sockets left, plus 1 for a temp root left.</summary>
    [JsonIgnore]
    public int Residue => (ProcessesLeft ?? 0) + SocketsLeft + (BytesLeft > 0 ? 1 : 0);
}
