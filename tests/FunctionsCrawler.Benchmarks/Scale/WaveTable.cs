namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary>Formats what waves cost.</summary>
internal static class WaveTable
{
    public const string Heading =
        " wave  planned  waiting    plan s     cpu s  urls/cpu s   reads  writes  heap MB    set MB";

    public static string Row(WaveCost wave) =>
        FormattableString.Invariant(
            $"{wave.Wave, 5} {wave.Planned, 8} {wave.Waiting, 8} {wave.PlanSeconds, 9:F2} {wave.PlanCpuSeconds, 9:F2} {PerSecond(wave.Planned, wave.PlanCpuSeconds), 11:F0} {wave.PlanReads, 7} {wave.PlanWrites, 7} {wave.HeapMb, 8:F0} {wave.WorkingSetMb, 9:F0}"
        );

    public static string Total(IReadOnlyList<WaveCost> waves)
    {
        var (urls, seconds, cpu) = (
            waves.Sum(w => w.Planned),
            waves.Sum(w => w.PlanSeconds),
            waves.Sum(w => w.PlanCpuSeconds)
        );
        var store = waves[^1].Transactions;
        return FormattableString.Invariant(
            $"""
            {urls:N0} URLs planned in {seconds:F1} s, {PerSecond(urls, seconds):F0} URLs/s; {PerSecond(
                urls,
                cpu
            ):F0} per second of processor time
            peak heap {waves.Max(w => w.HeapMb):F0} MB, peak working set {waves.Max(w => w.WorkingSetMb):F0} MB
            {(double)store.Reads / urls:F2} reads, {(double)store.Writes / urls:F2} writes and {store.BytesWritten
                / (double)urls:F0} bytes per page
            """
        );
    }

    private static double PerSecond(int urls, double seconds) => urls / Math.Max(0.01, seconds);
}
