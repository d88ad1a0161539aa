using System.Reflection;
using Xunit.v3;

[assembly: FunctionsCrawler.Testing.ProcessGuard]

namespace FunctionsCrawler.Testing;

/// <summary>
/// Fails a test that started a process (a browser is one) without saying so with <see cref="NeedsAttribute"/>. It counts
/// the page faults of children that were waited for (cminflt in proc(5)), which every program that ran has. As soon as a test
/// that may start processes has begun, the two cannot be distinguished any more, and nothing is judged. In
/// <c>./test quick</c> there is none.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class ProcessGuardAttribute : BeforeAfterTestAttribute
{
    private static readonly long Baseline = ChildFaults();
    private static volatile bool _mayStart;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        _mayStart |= test.Traits.ContainsKey(NeedsAttribute.Trait);

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_mayStart || ChildFaults() == Baseline)
            return;
        // Otherwise every test after it would fail as well.
        _mayStart = true;
        Assert.Fail("This test, or one beside it, started a process. Give it [Needs(Need.Process)], or Need.Chromium.");
    }

    /// <summary>The page faults of all children that have ended and were waited for; 0 where there is no /proc.</summary>
    internal static long ChildFaults()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        // The name, in parentheses, may hold anything; the count is the ninth field after it.
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[8]);
    }
}
