namespace FunctionsCrawler.Storage;

/// <summary>Walks the folders of a file store while others write and delete in them.</summary>
internal static class BlobFolder
{
    // Dot files count as hidden on Unix and are blobs like others. A link may lead out or in circles.
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    /// <summary>The names that begin with <paramref name="prefix"/>, in ordinal order, one folder in memory at a time.</summary>
    public static IEnumerable<string> Walk(string root, string prefix, CancellationToken cancellationToken)
    {
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        return Walk(root, folder, prefix, cancellationToken);
    }

    /// <summary>Removes the folders above <paramref name="path"/> that are empty, below <paramref name="root"/>.</summary>
    public static void RemoveEmptyParents(string root, string path)
    {
        try
        {
            var parent = Path.GetDirectoryName(path)!;
            while (parent.Length > root.Length)
            {
                Directory.Delete(parent);
                parent = Path.GetDirectoryName(parent)!;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not empty, or another was faster. An empty folder is no blob, so nothing is lost.
        }
    }

    private static IEnumerable<string> Walk(string root, string folder, string prefix, CancellationToken cancellation)
    {
        foreach (var entry in Entries(Path.Combine(root, folder)))
        {
            cancellation.ThrowIfCancellationRequested();
            var name = folder + entry;
            if (!entry.EndsWith('/'))
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                    yield return name;
            }
            else if (
                name.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(name, StringComparison.Ordinal)
            )
            {
                foreach (var inner in Walk(root, name, prefix, cancellation))
                    yield return inner;
            }
        }
    }

    /// <summary>Folders end in '/', so that sorting one level sorts whole names: "a-b" is before "a/b", "a0" after.</summary>
    private static List<string> Entries(string folder)
    {
        try
        {
            var entries = new DirectoryInfo(folder)
                .EnumerateFileSystemInfos("*", Everything)
                .Where(entry => BlobName.IsSegment(entry.Name))
                .Select(entry => entry is DirectoryInfo ? entry.Name + '/' : entry.Name)
                .ToList();
            entries.Sort(StringComparer.Ordinal);
            return entries;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (IOException) when (!Directory.Exists(folder))
        {
            // The prefix leads through a blob.
            return [];
        }
    }
}
