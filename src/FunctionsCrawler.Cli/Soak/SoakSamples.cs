using System.Text.Json.Serialization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>One browser invocation: a line of soak.ndjson.</summary>
internal sealed record InvocationSample
{
    public string Type { get; } = "invocation";

    /// <summary>The number of the invocation in the soak, from 1.</summary>
    public required int N { get; init; }

    /// <summary>The number of its crawl, from 1.</summary>
    public required int Crawl { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Marker { get; init; }

    public required int Visits { get; init; }

    /// <summary>The median duration of the healthy pages of its chunk; null if there were none.</summary>
    public required double? LatencyMs { get; init; }

    public required double LaunchMs { get; init; }

    public required double DisposeMs { get; init; }

    /// <summary>The highest sampled proportional set size of all its processes together.</summary>
    public required double PeakMb { get; init; }

    public required int Killed { get; init; }

    /// <summary>Processes left according to the receipt.</summary>
    public required int ProcessesLeft { get; init; }

    /// <summary>Bytes of temp files left according to the receipt.</summary>
    public required long BytesLeft { get; init; }

    /// <summary>Sockets left according to the receipt.</summary>
    public required int SocketsLeft { get; init; }
}

/// <summary>The state of this process between two crawls, while nothing is running: a line of soak.ndjson.</summary>
internal sealed record ProcessSample
{
    public string Type { get; } = "process";

    /// <summary>The invocations so far.</summary>
    public required int N { get; init; }

    /// <summary>The crawls so far.</summary>
    public required int Crawl { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The proportional set size before the garbage collection.</summary>
    public required double PssMb { get; init; }

    /// <summary>The proportional set size after a full garbage collection.</summary>
    public required double CollectedPssMb { get; init; }

    /// <summary>
    /// <see cref="CollectedPssMb"/> without mapped files (see <see cref="ProcFiles.OwnMb"/>). The slope is estimated from it.
    /// </summary>
    public required double OwnMb { get; init; }

    /// <summary>The size of the managed heap after the collection.</summary>
    public required double HeapMb { get; init; }

    public required int Handles { get; init; }

    public required int Threads { get; init; }

    /// <summary>The highest proportional set size of this process and all its browsers together during the crawl.</summary>
    public required double TreePeakMb { get; init; }

    /// <summary>The highest number of processes during the crawl, including this one.</summary>
    public required int ProcessesPeak { get; init; }

    /// <summary>Processes of ended invocations that <see cref="Leftovers"/> found.</summary>
    public required int ProcessesLeft { get; init; }

    /// <summary>Temp folders and lock files of ended invocations that <see cref="Leftovers"/> found.</summary>
    public required int TempEntriesLeft { get; init; }
}

/// <summary>The same pages visited by this process and by one that has just started: a line of soak.ndjson.</summary>
internal sealed record ProbeSample
{
    public string Type { get; } = "probe";

    /// <summary>The invocations so far.</summary>
    public required int N { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The median duration of a page in this process; null if a page failed.</summary>
    public required double? LatencyMs { get; init; }

    /// <summary>The median duration of a page in the new process; null if that process failed.</summary>
    public required double? ControlMs { get; init; }
}

/// <summary>All samples of a soak, in order.</summary>
internal sealed class SoakSeries
{
    public List<InvocationSample> Invocations { get; } = [];

    public List<ProcessSample> Processes { get; } = [];

    public List<ProbeSample> Probes { get; } = [];
}

/// <summary>The JSON of a line of soak.ndjson.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(InvocationSample))]
[JsonSerializable(typeof(ProcessSample))]
[JsonSerializable(typeof(ProbeSample))]
internal sealed partial class SoakLineJson : JsonSerializerContext;

/// <summary>The JSON of summary.json.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(SoakSummary))]
internal sealed partial class SoakSummaryJson : JsonSerializerContext;
