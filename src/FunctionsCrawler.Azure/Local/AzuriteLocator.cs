namespace FunctionsCrawler.AzureStorage;

/// <summary>Locates Azurite by the environment variable CRAWL_AZURITE, or else on PATH.</summary>
internal static class AzuriteLocator
{
    /// <summary>The environment variable with the path of Azurite's executable or main .js file.</summary>
    public const string Variable = "CRAWL_AZURITE";

    /// <summary>Locates Azurite. If the variable is set but its file does not exist, PATH is not searched.</summary>
    /// <param name="fault">Why Azurite was not found, in one line; null if it was found.</param>
    /// <returns>The path; null if Azurite was not found.</returns>
    public static string? Find(out string? fault) =>
        Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH"), out fault);

    internal static string? Find(string? named, string? searchPath, out string? fault)
    {
        fault = null;
        if (!string.IsNullOrEmpty(named))
        {
            if (File.Exists(named))
                return named;
            fault =
                $"{Variable} is '{named}', but that file does not exist; set it to Azurite's executable or unset it";
            return null;
        }
        var found = OnPath(OperatingSystem.IsWindows() ? "azurite.cmd" : "azurite", searchPath);
        if (found is null)
            fault =
                $"Azurite was not found; install it with 'npm install -g azurite', or set {Variable} to its executable";
        return found;
    }

    /// <summary>
    /// The command that starts a program in its own session, empty if there is none. Otherwise Ctrl-C in a terminal would
    /// also end Azurite while this process still has to write to it.
    /// </summary>
    internal static string[] OwnSession() =>
        OperatingSystem.IsLinux() && OnPath("setsid", Environment.GetEnvironmentVariable("PATH")) is { } setsid
            ? [setsid]
            : [];

    private static string? OnPath(string name, string? searchPath) =>
        (searchPath ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
