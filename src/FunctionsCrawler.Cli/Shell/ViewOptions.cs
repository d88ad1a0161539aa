namespace FunctionsCrawler.Cli.Shell;

/// <summary>What a crawl prints.</summary>
/// <param name="Json">Prints the summary as JSON and nothing else on standard output.</param>
/// <param name="Quiet">Shows no progress, and prints only the path of the output folder.</param>
/// <param name="CanResume">Whether messages suggest --resume; false for the demo, whose site ends with the process.</param>
internal sealed record ViewOptions(bool Json, bool Quiet, bool CanResume = true);
