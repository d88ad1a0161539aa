namespace FunctionsCrawler.AzureStorage;

/// <summary>Finds Azurite: the variable CRAWL_AZURITE, then PATH.</summary>
public static class AzuriteLocator
{
    /// <summary>The environment variable that names Azurite's executable, or its main .js file.</summary>
    public const string Variable = "CRAWL_AZURITE";

    /// <summary>Finds Azurite.</summary>
    /// <param name="fault">Why it was not found, in one line for people; null when it was.</param>
    /// <returns>The path, or null. A variable that names no file is a fault, never a reason to look on.</returns>
    public static string? Find(out string? fault) =>
        Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH"), out fault);

    internal static string? Find(string? named, string? searchPath, out string? fault)
    {
        fault = null;
        if (!string.IsNullOrEmpty(named))
        {
            if (File.Exists(named))
                return named;
            fault = $"{Variable} is '{named}', but there is no such file; name Azurite's executable or unset it";
            return null;
        }
        var found = OnPath(OperatingSystem.IsWindows() ? "azurite.cmd" : "azurite", searchPath);
        if (found is null)
            fault =
                $"Azurite was not found; install it with 'npm install -g azurite', or set {Variable} to its executable";
        return found;
    }

    /// <summary>
    /// What starts a program in a session of its own, where that is there: Ctrl-C in a terminal would otherwise end the
    /// storage before us, who still have to write to it.
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
