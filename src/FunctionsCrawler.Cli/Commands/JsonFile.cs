using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Reads the JSON file that an option names.</summary>
internal static class JsonFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string option, string file)
    {
        try
        {
            return await File.ReadAllBytesAsync(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option} '{file}' cannot be read: {e.Message}");
        }
    }

    /// <summary>The error of a file with invalid content.</summary>
    public static UsageException Invalid(string option, string file, IReadOnlyList<RequestFault> faults) =>
        new(
            $"{option} '{file}' is invalid: {string.Join(" ", faults.Select(f => f.Field.Length == 0 ? f.Message : $"{f.Field}: {f.Message}"))}"
        );
}
