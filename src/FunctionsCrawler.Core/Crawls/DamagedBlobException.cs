namespace FunctionsCrawler.Crawls;

/// <summary>
/// A blob of a crawl cannot be read, or is missing although another blob refers to it. Reading it again does not help. A blob
/// with a newer version is not damaged: reading it throws <see cref="InvalidDataException"/>, which is sealed.
/// </summary>
internal sealed class DamagedBlobException : Exception
{
    /// <summary>Creates the exception for a blob whose content cannot be read.</summary>
    public DamagedBlobException(string name, string fault, Exception? inner = null)
        : base($"the blob {name} is damaged: {fault}", inner) => Name = name;

    private DamagedBlobException(string name, string message, bool isMissing)
        : base(message) => (Name, IsMissing) = (name, isMissing);

    /// <summary>The name of the blob.</summary>
    public string Name { get; }

    /// <summary>Whether there is no such blob.</summary>
    public bool IsMissing { get; }

    /// <summary>Creates the exception for a blob that does not exist.</summary>
    public static DamagedBlobException Missing(string name) =>
        new(name, $"the blob {name} is missing", isMissing: true);
}
