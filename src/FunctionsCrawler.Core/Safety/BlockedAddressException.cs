namespace FunctionsCrawler.Safety;

/// <summary>A connection was refused because the host has an address that may not be reached. Not transient.</summary>
public sealed class BlockedAddressException : IOException
{
    /// <summary>A refusal.</summary>
    public BlockedAddressException(BlockedHost verdict)
        : base((verdict ?? throw new ArgumentNullException(nameof(verdict))).Message) => Verdict = verdict;

    /// <summary>What was refused, and why.</summary>
    public BlockedHost Verdict { get; }
}
