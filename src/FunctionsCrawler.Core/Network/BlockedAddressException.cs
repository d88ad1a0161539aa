namespace FunctionsCrawler.Network;

/// <summary>A connection was blocked because the host has an address that may not be reached. Retrying does not help.</summary>
internal sealed class BlockedAddressException : IOException
{
    /// <summary>Creates the exception with the message of the verdict.</summary>
    public BlockedAddressException(BlockedHost verdict)
        : base((verdict ?? throw new ArgumentNullException(nameof(verdict))).Message) => Verdict = verdict;

    /// <summary>The blocked host, its forbidden address and the range that contains it.</summary>
    public BlockedHost Verdict { get; }
}
