namespace FunctionsCrawler.Cli.Shell;

/// <summary>The command line is invalid or cannot be executed as given. Ends the program with <see cref="ExitCode.Usage"/>.</summary>
/// <param name="message">One line: what is wrong, the value, what to do instead.</param>
internal sealed class UsageException(string message) : Exception(message);
