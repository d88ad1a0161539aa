namespace FunctionsCrawler.Infra.Tests;

/// <summary>Reads files of this repository.</summary>
internal static class Sources
{
    public static string Infra => Path.Combine(Repository.Root, "infra");

    public static string Read(params string[] names) => File.ReadAllText(Path.Combine([Repository.Root, .. names]));
}
