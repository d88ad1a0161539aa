using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Export;

/// <summary>
/// The target of an export: a file that appears under its name only once it is complete, or standard output.
/// </summary>
internal sealed class ExportFile : IAsyncDisposable
{
    private readonly string? _name;
    private FileStream? _stream;
    private bool _isComplete;

    private ExportFile(string? name, string path) => (_name, Path) = (name, path);

    /// <summary>The path that is written to until the file is complete.</summary>
    public string Path { get; }

    /// <summary>Reserves a file next to the target.</summary>
    /// <param name="name">The name of the file; null for standard output, with a temporary file if one is needed.</param>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static ExportFile Create(string? name)
    {
        if (name is null)
            return new ExportFile(
                null,
                System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName())
            );
        if (string.IsNullOrWhiteSpace(name) || Directory.Exists(name))
            throw new UsageException($"--out is '{name}'; it must be the name of a file, or - for standard output");
        string target;
        string path;
        try
        {
            target = FileTarget.Resolve(name);
            path = target + ".new";
            File.Delete(path);
            File.Create(path).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out '{name}' cannot be written: {e.Message}");
        }
        return new ExportFile(target, path);
    }

    /// <summary>The stream of the file, or standard output.</summary>
    public Stream OpenStream() =>
        _name is null
            ? Console.OpenStandardOutput()
            : _stream = new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024);

    /// <summary>Gives the complete file its name, or copies it to standard output if it was written to <see cref="Path"/>.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_stream is not null)
            await _stream.DisposeAsync();
        if (_name is not null)
            File.Move(Path, _name, overwrite: true);
        else if (File.Exists(Path))
        {
            await using var written = File.OpenRead(Path);
            await using var output = Console.OpenStandardOutput();
            await written.CopyToAsync(output, cancellationToken);
        }
        _isComplete = true;
    }

    /// <summary>Removes what is incomplete.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
            await _stream.DisposeAsync();
        if (!_isComplete || _name is null)
            File.Delete(Path);
    }
}
