using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary>Writes everything that was measured as JSON.</summary>
internal static class ReportFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task WriteAsync(string path, Bench bench, CancellationToken cancellationToken)
    {
        var report = new
        {
            At = TimeProvider.System.GetUtcNow(),
            Cores = Environment.ProcessorCount,
            bench.Load,
            bench.Pairs,
            bench.Pages,
            bench.Concurrency,
            bench.Programs.Versions,
            Findings = bench.Findings.Select(f => new
            {
                f.Scenario,
                f.What,
                f.Unit,
                f.Values,
                Min = f.Values.Count > 0 ? f.Min : (double?)null,
                Median = f.Values.Count > 0 ? f.Median : (double?)null,
                Max = f.Values.Count > 0 ? f.Max : (double?)null,
                Goal = f.Goal?.ToString(),
                f.IsMet,
                f.Reason,
            }),
            bench.Runs,
        };
        return File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, Options) + "\n", cancellationToken);
    }
}
