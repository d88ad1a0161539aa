using System.Text.Json.Serialization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>The result of a soak (summary.json).</summary>
internal sealed record SoakSummary
{
    /// <summary>The arguments that repeat this soak.</summary>
    public required string Options { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Whether a signal ended the soak early.</summary>
    public required bool Interrupted { get; init; }

    public required int Crawls { get; init; }

    public required int Invocations { get; init; }

    public required PageTally Pages { get; init; }

    /// <summary>What invocations left behind, according to their receipts and to <see cref="Leftovers"/>.</summary>
    public required IReadOnlyList<string> Residue { get; init; }

    public required double PeakTreeMb { get; init; }

    public required double LaunchMsP50 { get; init; }

    public required double DisposeMsP50 { get; init; }

    public required IReadOnlyList<Judgement> Judgements { get; init; }

    /// <summary>The verdict that follows from the judgements.</summary>
    public SoakVerdict Verdict =>
        Judgements.Any(j => j.Outcome == Outcome.Failed) ? SoakVerdict.Failed
        : Judgements.Where(j => SoakJudge.OfSamples.Contains(j.What)).All(j => j.Outcome == Outcome.NotJudged)
            ? SoakVerdict.Inconclusive
        : SoakVerdict.Passed;

    /// <summary>Whether the verdict is <see cref="SoakVerdict.Passed"/>; false if it is inconclusive.</summary>
    public bool Passed => Verdict == SoakVerdict.Passed;
}

/// <summary>The verdict on a whole soak.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SoakVerdict>))]
internal enum SoakVerdict
{
    /// <summary>Nothing failed, and growth or latency could be judged.</summary>
    Passed,

    /// <summary>Something failed.</summary>
    Failed,

    /// <summary>Nothing failed, but there were too few samples to judge growth or latency.</summary>
    Inconclusive,
}

/// <summary>Counts of the page records of all crawls.</summary>
internal sealed record PageTally
{
    public int Healthy { get; init; }

    /// <summary>Healthy pages that ended with an error.</summary>
    public int HealthyFailed { get; init; }

    public int Hostile { get; init; }

    /// <summary>Error codes of hostile pages with their counts.</summary>
    public IReadOnlyDictionary<string, int> HostileErrors { get; init; } =
        new Dictionary<string, int>(StringComparer.Ordinal);
}

/// <summary>The outcome of one judgement.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
internal enum Outcome
{
    /// <summary>Within the limit.</summary>
    Passed,

    /// <summary>Beyond the limit: the soak fails.</summary>
    Failed,

    /// <summary>The soak was too short or the machine too noisy for a verdict.</summary>
    NotJudged,
}

/// <summary>One judgement.</summary>
/// <param name="What">The name of what was judged, such as "memory".</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Because">The figures, in one line.</param>
/// <param name="Estimate">The estimate it is based on; null if it is based on counts.</param>
internal sealed record Judgement(string What, Outcome Outcome, string Because, Estimate? Estimate = null);
