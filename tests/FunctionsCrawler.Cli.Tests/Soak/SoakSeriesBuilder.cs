using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Cli.Tests.Soak;

/// <summary>Creates the samples of a soak from functions of the invocation number.</summary>
internal static class SoakSeriesBuilder
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>One process sample per two invocations, one probe per eight.</summary>
    public static SoakSeries Create(
        int invocations,
        Func<int, double>? memory = null,
        Func<int, double>? latency = null,
        Func<int, double>? control = null,
        Func<int, int>? handles = null
    )
    {
        var series = new SoakSeries();
        for (var n = 1; n <= invocations; n++)
        {
            series.Invocations.Add(Invocation(n));
            if (n % 2 == 0)
                series.Processes.Add(Process(n, memory?.Invoke(n) ?? 80, handles?.Invoke(n) ?? 190));
            if (n % 8 == 0)
                series.Probes.Add(
                    new ProbeSample
                    {
                        N = n,
                        At = Start.AddSeconds(n),
                        LatencyMs = latency?.Invoke(n) ?? 80,
                        ControlMs = control?.Invoke(n) ?? 80,
                    }
                );
        }
        return series;
    }

    private static InvocationSample Invocation(int n) =>
        new()
        {
            N = n,
            Crawl = n / 2,
            At = Start.AddSeconds(n),
            Marker = $"FcInvocation{n:D20}",
            Visits = 5,
            LatencyMs = 100,
            LaunchMs = 300,
            DisposeMs = 200,
            PeakMb = 250,
            Killed = 0,
            ProcessesLeft = 0,
            BytesLeft = 0,
            SocketsLeft = 0,
        };

    private static ProcessSample Process(int n, double memory, int handles) =>
        new()
        {
            N = n,
            Crawl = n / 2,
            At = Start.AddSeconds(n),
            PssMb = memory + 6,
            CollectedPssMb = memory + 3,
            OwnMb = memory,
            HeapMb = 3,
            Handles = handles,
            Threads = 18,
            TreePeakMb = 400,
            ProcessesPeak = 12,
            ProcessesLeft = 0,
            TempEntriesLeft = 0,
        };
}
