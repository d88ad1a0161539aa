namespace FunctionsCrawler.Testing;

/// <summary>The checkout that the test program was built from, for tests that read its files.</summary>
internal static class Repository
{
    /// <summary>The folder that contains the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FunctionsCrawler.sln")))
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("FunctionsCrawler.sln was not found above the test program.");
        return folder;
    }
}
