namespace FunctionsCrawler.Blobs;

/// <summary>Lists the blobs of a file store, and removes empty folders. Safe while others write and delete.</summary>
internal static class BlobFolder
{
    // Include dot files, which .NET treats as hidden on Unix. Skip links: they may lead outside or form a cycle.
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    /// <summary>
    /// Returns the names that start with <paramref name="prefix"/>, in ordinal order. Holds only the entries of the folders on
    /// the current path in memory.
    /// </summary>
    public static IEnumerable<string> Walk(string root, string prefix, CancellationToken cancellationToken)
    {
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        return Walk(root, folder, prefix, cancellationToken);
    }

    /// <summary>Removes the empty folders above <paramref name="path"/>, up to but not including <paramref name="root"/>.</summary>
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
            // Not empty, or already removed. A leftover empty folder is harmless: only files are blobs.
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

    /// <summary>
    /// The sorted entries of a folder. Folder names end in '/', so that sorting one level sorts complete names: "a-b" comes
    /// before "a/b", "a0" after it.
    /// </summary>
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
            // A parent in the prefix is a blob, not a folder.
            return [];
        }
    }
}
