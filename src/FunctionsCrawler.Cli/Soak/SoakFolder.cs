using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Cli.Commands;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Where a soak's results go: its samples as they are taken, the rest at its end.</summary>
internal sealed class SoakFolder : IDisposable
{
    private readonly StreamWriter _samples;

    private SoakFolder(string path)
    {
        Path = path;
        // One may look on: a line is there as soon as it is written.
        _samples = new StreamWriter(System.IO.Path.Combine(path, "soak.ndjson")) { AutoFlush = true };
    }

    /// <summary>The folder as it was named.</summary>
    public string Path { get; }

    /// <summary>Makes the folder.</summary>
    /// <exception cref="UsageException">It cannot be written, or holds something already.</exception>
    public static SoakFolder Create(string? path, DateTimeOffset now)
    {
        path ??= System.IO.Path.Combine(".", "soak", now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        try
        {
            if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
                throw new UsageException(
                    $"--out is '{path}', which exists; it takes the name of a new or an empty folder"
                );
            Directory.CreateDirectory(path);
            return new SoakFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"the output folder '{path}' cannot be written: {e.Message.TrimEnd('.')}; name a folder that can"
            );
        }
    }

    /// <summary>Adds a line to soak.ndjson.</summary>
    public void Add<T>(T sample, JsonTypeInfo<T> type) => _samples.WriteLine(JsonSerializer.Serialize(sample, type));

    /// <summary>Writes summary.json and soak.svg.</summary>
    public void Write(SoakSummary summary, string chart)
    {
        var json = JsonSerializer.Serialize(summary, SoakSummaryJson.Default.SoakSummary);
        File.WriteAllText(System.IO.Path.Combine(Path, "summary.json"), json + "\n");
        File.WriteAllText(System.IO.Path.Combine(Path, "soak.svg"), chart);
    }

    /// <inheritdoc/>
    public void Dispose() => _samples.Dispose();
}
