using System.Globalization;
using System.Text;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>Every row, cancelled at seeded moments: from the cancel until nothing is left takes less than 2 s.</summary>
public sealed class CancelToCleanTests : GauntletTest
{
    private const int Seed = 42;

    // A row is cancelled twice a round. GAUNTLET_ROUNDS=13 gives the 26 samples of the table in docs/gauntlet.md.
    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("GAUNTLET_ROUNDS") ?? "1",
        CultureInfo.InvariantCulture
    );

    private static readonly TimeSpan Wanted = TimeSpan.FromSeconds(2);

    protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Fact]
    public async Task Cancel_SomeRowsOverThePipe_AreCleanSoon()
    {
        // The oracle's limit only: the machine may be busy, and six samples say nothing of a p99. Of each kind one: a page that comes, one that never does, one whose browser is stopped.
        foreach (var name in (string[])["T1 popups", "T3 endless script at once", "T6 browser stopped in use"])
        foreach (var taken in await CancelToClean.MeasureAsync(Catalogue.Find(name), BrowserEngine.Pipe, Seed))
            Assert.InRange(taken, TimeSpan.Zero, Oracle.LeakOracle.Limit);
    }

    [Fact]
    [Trait("Run", "long")]
    public async Task Cancel_EveryRow_IsCleanSoon()
    {
        var table = new StringBuilder("| row | engine | n | p50 s | p99 s | max s |\n|---|---|---|---|---|---|\n");
        var path = Path.Combine(Artifacts(), "gauntlet-cancel-to-clean.md");
        var slow = new List<string>();
        foreach (var engine in Enum.GetValues<BrowserEngine>())
        {
            foreach (var row in Catalogue.With(engine).Where(r => !r.IsAlone))
            {
                var taken = new List<TimeSpan>();
                for (var round = 0; round < Rounds; round++)
                    taken.AddRange(await CancelToClean.MeasureAsync(row, engine, Seed + round));
                taken.Sort();
                table.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"| {row} | {engine} | {taken.Count} | {At(taken, 0.5):F2} | {At(taken, 0.99):F2} | {At(taken, 1):F2} |"
                );
                // Row by row: a run that is cut short has told what it knew.
                await File.WriteAllTextAsync(path, table.ToString());
                if (At(taken, 0.99) >= Wanted.TotalSeconds)
                    slow.Add($"{row}, {engine}: {At(taken, 0.99):F2} s");
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Assert.Empty(slow);
    }

    // The nearest rank: with few samples p99 is the greatest.
    private static double At(List<TimeSpan> sorted, double share) =>
        sorted[(int)Math.Ceiling(share * sorted.Count) - 1].TotalSeconds;

    private static string Artifacts()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FunctionsCrawler.sln")))
            folder = folder.Parent;
        Assert.NotNull(folder);
        return folder.CreateSubdirectory("artifacts").FullName;
    }
}
