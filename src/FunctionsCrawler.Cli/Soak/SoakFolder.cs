using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>The output folder of a soak. Samples are written as they are taken, summary and chart at the end.</summary>
internal sealed class SoakFolder : IDisposable
{
    private readonly StreamWriter _samples;

    private SoakFolder(string path)
    {
        Path = path;
        // Flushed after every line, so that a running soak can be followed.
        _samples = new StreamWriter(System.IO.Path.Combine(path, "soak.ndjson")) { AutoFlush = true };
    }

    /// <summary>The path as given on the command line.</summary>
    public string Path { get; }

    /// <summary>Creates the folder; without a path, <c>./soak/&lt;time&gt;</c>.</summary>
    /// <exception cref="UsageException">The folder cannot be written or is not empty.</exception>
    public static SoakFolder Create(string? path, DateTimeOffset now)
    {
        path ??= System.IO.Path.Combine(".", "soak", now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        try
        {
            if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
                throw new UsageException(
                    $"--out is '{path}', which exists; it must be the name of a new or an empty folder"
                );
            Directory.CreateDirectory(path);
            return new SoakFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"the output folder '{path}' cannot be written: {e.Message.TrimEnd('.')}; name a folder that can be written"
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
