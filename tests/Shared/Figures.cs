namespace FunctionsCrawler.Testing;

/// <summary>Figures that tests measure. ./test prints them below the results of a project.</summary>
internal static class Figures
{
    private static readonly Lock Writing = new();

    public static void Report(string text)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        if (Environment.GetEnvironmentVariable("CRAWL_TEST_FIGURES") is not { Length: > 0 } file)
            return;
        lock (Writing)
            File.AppendAllText(file, text.TrimEnd('\n') + "\n");
    }
}
