namespace FunctionsCrawler.Infra.Tests;

/// <summary>The files of this repository that the tests are about.</summary>
internal static class Sources
{
    public static string Root { get; } = FindRoot();

    public static string Infra => Path.Combine(Root, "infra");

    public static string Read(params string[] names) => File.ReadAllText(Path.Combine([Root, .. names]));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FunctionsCrawler.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The sources are not there.");
        return folder;
    }
}
