using Xunit.v3;

namespace FunctionsCrawler.Testing;

/// <summary>
/// Names what a test needs besides .NET, as the trait <c>Needs</c>. <c>./test quick</c> runs the tests without it, and
/// <see cref="ProcessGuardAttribute"/> holds those to it.
/// </summary>
[AttributeUsage(
    AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method,
    AllowMultiple = true,
    Inherited = true
)]
internal sealed class NeedsAttribute(params Need[] needs) : Attribute, ITraitAttribute
{
    /// <summary>The name of the trait.</summary>
    public const string Trait = "Needs";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [.. needs.Select(need => KeyValuePair.Create(Trait, need.ToString()))];
}

/// <summary>What a test can need.</summary>
internal enum Need
{
    /// <summary>It starts processes: the command line, a shell, a compiler.</summary>
    Process,

    /// <summary>It starts a browser, itself or by a process that it starts.</summary>
    Chromium,

    /// <summary>The storage emulator, a Node.js program.</summary>
    Azurite,

    /// <summary>Clients of other crawlers, which are Node.js programs.</summary>
    Judges,

    /// <summary>wget, which crawls the same site for comparison.</summary>
    Wget,

    /// <summary>A documentation tree of Debian: python3-doc or postgresql-doc.</summary>
    Docs,

    /// <summary>A NuGet feed, to restore packages from.</summary>
    Feed,

    /// <summary>A running Azure Functions host.</summary>
    Functions,
}
