using System.Text.Json.Serialization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>What a soak ended with (summary.json).</summary>
internal sealed record SoakSummary
{
    /// <summary>The command line that does the same again.</summary>
    public required string Options { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Whether it was ended before its time.</summary>
    public required bool Interrupted { get; init; }

    public required int Crawls { get; init; }

    public required int Invocations { get; init; }

    public required PageTally Pages { get; init; }

    /// <summary>What invocations left, by their receipts and by the soak's own looks.</summary>
    public required IReadOnlyList<string> Residue { get; init; }

    public required double PeakTreeMb { get; init; }

    public required double LaunchMsP50 { get; init; }

    public required double DisposeMsP50 { get; init; }

    /// <summary>Each thing that was judged.</summary>
    public required IReadOnlyList<Judgement> Judgements { get; init; }

    /// <summary>Whether none of them failed.</summary>
    public bool Passed => Judgements.All(j => j.Outcome != Outcome.Failed);
}

/// <summary>The records of all crawls.</summary>
internal sealed record PageTally
{
    public int Healthy { get; init; }

    /// <summary>Healthy pages without content.</summary>
    public int HealthyFailed { get; init; }

    public int Hostile { get; init; }

    /// <summary>Errors of hostile pages, each with its count.</summary>
    public IReadOnlyDictionary<string, int> HostileErrors { get; init; } =
        new Dictionary<string, int>(StringComparer.Ordinal);
}

/// <summary>What can be said about one thing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
internal enum Outcome
{
    /// <summary>It is as it should be.</summary>
    Passed,

    /// <summary>It is not: the soak fails.</summary>
    Failed,

    /// <summary>The soak was too short or the machine too noisy to tell.</summary>
    NotJudged,
}

/// <summary>One verdict.</summary>
/// <param name="What">What was judged.</param>
/// <param name="Outcome">How.</param>
/// <param name="Because">The figures, in one line.</param>
/// <param name="Estimate">The estimate, where it rests on one.</param>
internal sealed record Judgement(string What, Outcome Outcome, string Because, Estimate? Estimate = null);
