using System.Text.Json.Serialization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>One browser invocation: a line of soak.ndjson.</summary>
internal sealed record InvocationSample
{
    public string Type { get; } = "invocation";

    /// <summary>Which invocation of the soak it is, from 1.</summary>
    public required int N { get; init; }

    /// <summary>The crawl it was for, from 1.</summary>
    public required int Crawl { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Marker { get; init; }

    /// <summary>Visits made.</summary>
    public required int Visits { get; init; }

    /// <summary>The median milliseconds of the healthy pages of its chunk; null when there was none.</summary>
    public required double? LatencyMs { get; init; }

    public required double LaunchMs { get; init; }

    public required double DisposeMs { get; init; }

    /// <summary>The highest sample of its processes' proportional set size.</summary>
    public required double PeakMb { get; init; }

    public required int Killed { get; init; }

    /// <summary>What the receipt says is left.</summary>
    public required int ProcessesLeft { get; init; }

    /// <summary>What the receipt says is left.</summary>
    public required long BytesLeft { get; init; }

    /// <summary>What the receipt says is left.</summary>
    public required int SocketsLeft { get; init; }
}

/// <summary>This process between two crawls, when nothing is under way: a line of soak.ndjson.</summary>
internal sealed record ProcessSample
{
    public string Type { get; } = "process";

    /// <summary>The invocations so far.</summary>
    public required int N { get; init; }

    /// <summary>The crawls so far.</summary>
    public required int Crawl { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Proportional set size as it was found.</summary>
    public required double PssMb { get; init; }

    /// <summary>Proportional set size after a garbage collection.</summary>
    public required double CollectedPssMb { get; init; }

    /// <summary>That without the pages of files (see <see cref="ProcFiles.OwnMb"/>): what the slope is estimated from.</summary>
    public required double OwnMb { get; init; }

    /// <summary>The managed heap after the collection.</summary>
    public required double HeapMb { get; init; }

    public required int Handles { get; init; }

    public required int Threads { get; init; }

    /// <summary>The most that this process and all its browsers had at once during the crawl.</summary>
    public required double TreePeakMb { get; init; }

    /// <summary>The most processes at once during the crawl, this one included.</summary>
    public required int ProcessesPeak { get; init; }

    /// <summary>Processes of the soak's own invocations that were found.</summary>
    public required int ProcessesLeft { get; init; }

    /// <summary>Temp folders of the soak's own invocations that were found.</summary>
    public required int TempEntriesLeft { get; init; }
}

/// <summary>The same pages visited by this process and by one that has just been started: a line of soak.ndjson.</summary>
internal sealed record ProbeSample
{
    public string Type { get; } = "probe";

    /// <summary>The invocations so far.</summary>
    public required int N { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The median milliseconds of a page here; null when no page came.</summary>
    public required double? LatencyMs { get; init; }

    /// <summary>The median milliseconds of a page there; null when no page came.</summary>
    public required double? ControlMs { get; init; }
}

/// <summary>All samples of a soak, in order.</summary>
internal sealed class SoakSeries
{
    public List<InvocationSample> Invocations { get; } = [];

    public List<ProcessSample> Processes { get; } = [];

    public List<ProbeSample> Probes { get; } = [];
}

/// <summary>How samples and summary are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(InvocationSample))]
[JsonSerializable(typeof(ProcessSample))]
[JsonSerializable(typeof(ProbeSample))]
internal sealed partial class SoakLineJson : JsonSerializerContext;

/// <inheritdoc cref="SoakLineJson"/>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(SoakSummary))]
internal sealed partial class SoakSummaryJson : JsonSerializerContext;
