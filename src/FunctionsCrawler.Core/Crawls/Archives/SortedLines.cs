using System.Text;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls.Archives;

/// <summary>Sorts any number of lines in bounded memory: parts of them are sorted on disk, and merged when they are read.</summary>
/// <param name="maxInMemory">The maximum number of characters in memory.</param>
internal sealed class SortedLines(int maxInMemory = 16 * 1024 * 1024) : IDisposable
{
    private readonly List<FileStream> _runs = [];
    private readonly List<string> _lines = [];
    private long _characters;

    /// <summary>Adds a line, without a line feed.</summary>
    /// <exception cref="IOException">A temporary file cannot be written.</exception>
    public void Add(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        _lines.Add(line);
        _characters += line.Length;
        if (_characters > maxInMemory)
            WriteRun();
    }

    /// <summary>The lines in ordinal order. Nothing may be added afterwards.</summary>
    /// <exception cref="IOException">A temporary file cannot be read.</exception>
    public IEnumerable<string> Read()
    {
        _lines.Sort(StringComparer.Ordinal);
        var sources = _runs.Select(ReadRun).Append(_lines).Select(lines => lines.GetEnumerator()).ToList();
        try
        {
            var next = new PriorityQueue<IEnumerator<string>, string>(StringComparer.Ordinal);
            foreach (var source in sources.Where(s => s.MoveNext()))
                next.Enqueue(source, source.Current);
            while (next.TryDequeue(out var first, out var line))
            {
                yield return line;
                if (first.MoveNext())
                    next.Enqueue(first, first.Current);
            }
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    /// <summary>Frees the disk space.</summary>
    public void Dispose()
    {
        foreach (var run in _runs)
            run.Dispose();
    }

    private void WriteRun()
    {
        _lines.Sort(StringComparer.Ordinal);
        var run = TemporaryFile.Open("crawl-sort");
        _runs.Add(run);
        using (var writer = new StreamWriter(run, new UTF8Encoding(false), 64 * 1024, leaveOpen: true))
        {
            foreach (var line in _lines)
                writer.Write(line + "\n");
        }
        _lines.Clear();
        _characters = 0;
    }

    private static IEnumerable<string> ReadRun(FileStream run)
    {
        run.Position = 0;
        using var reader = new StreamReader(run, Encoding.UTF8, false, 64 * 1024, leaveOpen: true);
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
