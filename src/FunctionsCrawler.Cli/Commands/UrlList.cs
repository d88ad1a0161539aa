namespace FunctionsCrawler.Cli.Commands;

/// <summary>A file of start pages: one URL a line; empty lines and lines that begin with # do not count.</summary>
internal static class UrlList
{
    /// <summary>Reads a file, or standard input for "-".</summary>
    /// <exception cref="UsageException">It cannot be read, or holds no URL.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(string file)
    {
        var text = file is "-" ? await Console.In.ReadToEndAsync() : await ReadFileAsync(file);
        string[] urls = [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')];
        return urls.Length > 0
            ? urls
            : throw new UsageException($"--urls '{file}' holds no URL; it takes one absolute http or https URL a line");
    }

    private static async Task<string> ReadFileAsync(string file)
    {
        if (Directory.Exists(file))
            throw new UsageException($"--urls '{file}' is a folder; it takes a file with one URL a line");
        if (!File.Exists(file))
            throw new UsageException($"--urls '{file}' does not exist; it takes a file with one URL a line, or -");
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
