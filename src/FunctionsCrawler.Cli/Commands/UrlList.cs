using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>A file of start pages: one URL per line; empty lines and lines that begin with # are ignored.</summary>
internal static class UrlList
{
    /// <summary>Reads a file, or standard input for "-".</summary>
    /// <exception cref="UsageException">The file cannot be read or contains no URL.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(string file)
    {
        var text = file is "-" ? await Console.In.ReadToEndAsync() : await ReadFileAsync(file);
        string[] urls = [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')];
        return urls.Length > 0
            ? urls
            : throw new UsageException(
                $"--urls '{file}' contains no URL; specify one absolute http or https URL per line"
            );
    }

    private static async Task<string> ReadFileAsync(string file)
    {
        if (Directory.Exists(file))
            throw new UsageException($"--urls '{file}' is a folder; it must be a file with one URL per line");
        if (!File.Exists(file))
            throw new UsageException($"--urls '{file}' does not exist; specify a file with one URL per line, or -");
        try
        {
            return await File.ReadAllTextAsync(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--urls '{file}' cannot be read: {e.Message}");
        }
    }
}
