using System.Reflection;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.EndToEnd.Tests.Architecture;

/// <summary>Checks on the compiled assemblies that folders are layered and orchestrations are replay-safe.</summary>
public sealed class ArchitectureTests
{
    [Fact]
    public void Core_Folders_UseOnlyFoldersBelowThem()
    {
        var violations = FolderRules.FindViolations(UsesOf(typeof(Crawler).Assembly), FolderRules.Core);

        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Theory]
    [InlineData("Activities", "Crawls", "FunctionsCrawler.Activities.PlanWaveActivity", "PlanWaveActivity.cs")]
    [InlineData("Browsing", "Network", "FunctionsCrawler.Browsing.BrowserInvocation", "BrowserInvocation.cs")]
    public void FindViolations_FolderTooHighInTheOrder_NamesTypeAndFile(
        string folder,
        string used,
        string type,
        string file
    )
    {
        // The real order with the used folder moved to the top, so that allowed uses become violations.
        string[] wrongOrder = [.. FolderRules.Core.Where(f => f != used), used];

        var violations = FolderRules.FindViolations(UsesOf(typeof(Crawler).Assembly), wrongOrder);

        Assert.Contains(
            violations,
            v =>
                v.StartsWith(type + " (", StringComparison.Ordinal)
                && v.Contains($"/{folder}/{file})", StringComparison.Ordinal)
                && v.Contains($"uses FunctionsCrawler.{used}.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Core_Files_AreInTheFolderOfTheirNamespace()
    {
        var misplaced = UsesOf(typeof(Crawler).Assembly)
            .Where(use => use.File.Length > 0)
            .Select(use => (use.Namespace, use.Type, use.File))
            .Distinct()
            .Where(type =>
                !type.File.Contains($"/FunctionsCrawler.Core/{FolderOf(type.Namespace)}/", StringComparison.Ordinal)
            );

        Assert.Empty(misplaced);

        static string FolderOf(string name) =>
            name is "FunctionsCrawler" or "Microsoft.Extensions.DependencyInjection" ? "Hosting" : name.Split('.')[1];
    }

    [Fact]
    public void Cli_Folders_FormNoCycle() =>
        Assert.Empty(
            FolderRules.FindCycle(
                UsesOf(Assembly.LoadFrom(CliAssembly))
                    .Where(u => u.Namespace.StartsWith("FunctionsCrawler.Cli", StringComparison.Ordinal)),
                "FunctionsCrawler.Cli"
            )
        );

    [Fact]
    public void FindCycle_TwoFoldersThatUseEachOther_IsFound()
    {
        TypeUse[] uses =
        [
            new("X.A", "One", "", "X.B", "Two"),
            new("X.B", "Two", "", "X.C", "Three"),
            new("X.C", "Three", "", "X.A", "One"),
        ];

        Assert.Equal(["A", "B", "C", "A"], FolderRules.FindCycle(uses, "X"));
    }

    /// <summary>Orchestrations are replayed and must be deterministic: no clock, randomness, I/O, threads or environment.</summary>
    [Theory]
    [InlineData(typeof(CrawlOrchestration))]
    [InlineData(typeof(WaveOrchestration))]
    public void Orchestrations_CompiledCode_CallsOnlyReplaySafeMembers(Type orchestration)
    {
        using var types = new CompiledTypes(orchestration.Assembly.Location);

        var calls = types.FindCalls(orchestration.FullName!).ToList();

        Assert.Contains(
            calls,
            call =>
                call.Member.StartsWith(
                    "FunctionsCrawler.Orchestration.IOrchestrationContext::",
                    StringComparison.Ordinal
                )
        );
        Assert.DoesNotContain(calls, call => !IsReplaySafe(call.Member));
    }

    [Fact]
    public void IsReplaySafe_ClockTaskRunAndFiles_IsFalse()
    {
        string[] unsafeCalls =
        [
            "System.DateTime::get_UtcNow",
            "System.Threading.Tasks.Task::Run",
            "System.Threading.Tasks.Task::Delay",
            "System.Threading.Tasks.Task`1::ConfigureAwait",
            "System.IO.File::ReadAllText",
            "System.Random::get_Shared",
            "System.Guid::NewGuid",
            "System.Environment::get_MachineName",
            "System.Collections.Generic.HashSet`1::GetEnumerator",
        ];

        Assert.All(unsafeCalls, call => Assert.False(IsReplaySafe(call), call));
    }

    // An allow-list, so that every new kind of call in an orchestration is reviewed.
    private static bool IsReplaySafe(string member)
    {
        var (type, name) = (
            member[..member.IndexOf("::", StringComparison.Ordinal)],
            member[(member.LastIndexOf(':') + 1)..]
        );
        return type.StartsWith("FunctionsCrawler.Orchestration.", StringComparison.Ordinal)
            || type.StartsWith("FunctionsCrawler.Contracts.", StringComparison.Ordinal)
            || type.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal)
            || type is "System.Object" or "System.String" or "System.Char" or "System.Math" or "System.Exception"
            || type
                is "System.Linq.Enumerable"
                    or "System.Array"
                    or "System.ReadOnlySpan`1"
                    or "System.MemoryExtensions"
            || type.StartsWith("System.Func`", StringComparison.Ordinal)
            || type.StartsWith("System.ValueTuple`", StringComparison.Ordinal)
            || type.StartsWith("System.Nullable`", StringComparison.Ordinal)
            || type is "System.Collections.Generic.List`1" or "System.Collections.Generic.IReadOnlyList`1"
            || type is "System.Collections.Generic.IReadOnlyCollection`1" or "System.Collections.Generic.IEnumerable`1"
            || (type is "System.Collections.Generic.Dictionary`2" && name is not ("GetEnumerator" or "get_Values"))
            || (
                type.StartsWith("System.Threading.Tasks.Task", StringComparison.Ordinal)
                && name is "WhenAll" or "WhenAny" or "GetAwaiter" or "get_IsCompletedSuccessfully"
            )
            // Only durations: a clock is DateTime or TimeProvider.
            || type is "System.TimeSpan"
            // The lanes of a segment run in parallel on the embedded engine; on Durable Functions the lock is never contended.
            || type.StartsWith("System.Threading.Lock", StringComparison.Ordinal)
            || type
                is "System.Globalization.CultureInfo"
                    or "System.StringComparison"
                    or "System.Index"
                    or "System.Range";
    }

    private static string CliAssembly =>
        Directory
            .GetFiles(AppContext.BaseDirectory, "*.dll")
            .Single(f => Path.GetFileName(f) is "crawl.dll" or "FunctionsCrawler.Cli.dll");

    private static List<TypeUse> UsesOf(Assembly assembly)
    {
        using var types = new CompiledTypes(assembly.Location);
        return [.. types.FindUses()];
    }
}
