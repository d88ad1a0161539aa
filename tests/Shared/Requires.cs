using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Testing;

/// <summary>
/// The one place that skips tests. What <c>./test</c> installs may be missing on a developer's machine, but with
/// <c>./test --strict</c> its absence is a failure. What no package brings is a skip in every run.
/// </summary>
internal static class Requires
{
    /// <summary>Set to 1 by <c>./test --strict</c>.</summary>
    public const string StrictVariable = "CRAWL_TEST_STRICT";

    private static readonly bool IsStrict = Environment.GetEnvironmentVariable(StrictVariable) == "1";

    /// <summary>Skips the test if a package is missing; with <c>--strict</c> fails it.</summary>
    /// <param name="need">What the package brings; the test has to carry it as a trait.</param>
    /// <param name="isInstalled">Whether it is there.</param>
    /// <param name="otherwise">What is missing, and where it was looked for.</param>
    public static void Installed(Need need, [DoesNotReturnIf(false)] bool isInstalled, string otherwise)
    {
        // A fixture belongs to no test; the tests that use it ask again.
        if (TestContext.Current.TestCase is { } test)
            Assert.True(
                test.Traits.TryGetValue(NeedsAttribute.Trait, out var needs) && needs.Contains($"{need}"),
                $"This test needs {need} and does not say so: give it [Needs(Need.{need})]."
            );
        if (isInstalled)
            return;
        if (IsStrict)
            Assert.Fail($"{otherwise} A strict run skips nothing that can be installed.");
        Skip(otherwise);
    }

    /// <summary>Skips the test in every run, strict or not, if the machine cannot run it.</summary>
    /// <param name="isAvailable">Whether the machine has it.</param>
    /// <param name="what">What it lacks; <see cref="Unavailable"/> lists all that is accepted.</param>
    /// <param name="otherwise">The detail, for the report.</param>
    public static void Available([DoesNotReturnIf(false)] bool isAvailable, Unavailable what, string otherwise)
    {
        if (!isAvailable)
            Skip($"{what}: {otherwise}");
    }

    [DoesNotReturn]
#pragma warning disable RS0030 // Every other place goes through this one.
    private static void Skip(string reason) => Assert.Skip(reason);
#pragma warning restore RS0030
}

/// <summary>The reasons for which a strict run accepts a skip. No package that <c>./test</c> installs removes them.</summary>
internal enum Unavailable
{
    /// <summary>The test reads /proc, sends signals, or uses a tool that exists for one platform only.</summary>
    OtherPlatform,

    /// <summary>The test mounts a file system, or makes a namespace or a control group, and may not do that here.</summary>
    NotPermitted,

    /// <summary>Only the headless shell is installed, and the test is about the full Chromium.</summary>
    FullChromium,

    /// <summary>The test records golden data, which it does on request only.</summary>
    NotRequested,

    /// <summary>No variable names a running Azure Functions host; its runtime cannot be installed from a package feed.</summary>
    FunctionsHost,
}
