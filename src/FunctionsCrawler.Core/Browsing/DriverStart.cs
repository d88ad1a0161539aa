using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Starts a Playwright driver in an environment of its own. The driver takes ours and starts before
/// <see cref="Playwright.CreateAsync"/> first yields, so the variables are set, the driver started and the variables
/// restored under one lock of the process.
/// </summary>
internal static class DriverStart
{
    /// <summary>The variable that marks a driver and, inherited, whatever it starts.</summary>
    public const string MarkerVariable = "FUNCTIONS_CRAWLER_INVOCATION";

    private static readonly Lock StartLock = new();

    // The driver passes on every page's HTML as text; with a small nursery it holds 125 instead of 170 MB.
    private static readonly (string Name, string? Value)[] Fixed = [("NODE_OPTIONS", "--max-semi-space-size=1")];

    /// <summary>Starts the driver; when this returns its process exists.</summary>
    public static Task<IPlaywright> Begin(string marker, string temp)
    {
        (string Name, string? Value)[] variables = [.. Fixed, (MarkerVariable, marker), ("TMPDIR", temp)];
        lock (StartLock)
        {
            var before = variables.Select(v => (v.Name, Environment.GetEnvironmentVariable(v.Name))).ToList();
            try
            {
                foreach (var (name, value) in variables)
                    Environment.SetEnvironmentVariable(name, value);
                return Playwright.CreateAsync();
            }
            finally
            {
                foreach (var (name, value) in before)
                    Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
