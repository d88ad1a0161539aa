namespace FunctionsCrawler.Cli.Commands;

/// <summary>A file of start pages: one URL a line; empty lines and lines that begin with # do not count.</summary>
internal static class UrlList
{
    /// <summary>Reads a file, or standard input for "-".</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string file)
    {
        try
        {
            var text = file is "-" ? await Console.In.ReadToEndAsync() : await File.ReadAllTextAsync(file);
            return [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--urls '{file}' cannot be read: {e.Message}");
        }
    }
}
