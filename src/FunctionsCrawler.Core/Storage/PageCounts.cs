using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Storage;

/// <summary>How many records there are of each kind.</summary>
public sealed record PageCounts
{
    /// <summary>Pages stored.</summary>
    public int Succeeded { get; init; }

    /// <summary>Pages failed.</summary>
    public int Failed { get; init; }

    /// <summary>Refused by robots.txt.</summary>
    public int Robots { get; init; }

    /// <summary>Redirected out of scope.</summary>
    public int Scope { get; init; }

    /// <summary>No pages but files: images, archives, downloads.</summary>
    public int Binary { get; init; }

    /// <summary>Records skipped.</summary>
    public int Skipped => Robots + Scope + Binary;

    /// <summary>All records.</summary>
    public int Total => Succeeded + Failed + Skipped;

    /// <summary>What the page limit bounds.</summary>
    public int TowardsLimit => Succeeded + Failed;

    /// <summary>The counts of some records.</summary>
    public static PageCounts Of(IEnumerable<PageRecord> records) =>
        records.Aggregate(new PageCounts(), (counts, record) => counts + Of(record));

    /// <summary>Adds two counts.</summary>
    public static PageCounts operator +(PageCounts left, PageCounts right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new PageCounts
        {
            Succeeded = left.Succeeded + right.Succeeded,
            Failed = left.Failed + right.Failed,
            Robots = left.Robots + right.Robots,
            Scope = left.Scope + right.Scope,
            Binary = left.Binary + right.Binary,
        };
    }

    /// <inheritdoc cref="op_Addition"/>
    public static PageCounts Add(PageCounts left, PageCounts right) => left + right;

    private static PageCounts Of(PageRecord record) =>
        record.Error?.Code switch
        {
            null => new PageCounts { Succeeded = 1 },
            ErrorCode.Robots => new PageCounts { Robots = 1 },
            ErrorCode.OutOfScope => new PageCounts { Scope = 1 },
            ErrorCode.UnsupportedType => new PageCounts { Binary = 1 },
            _ => new PageCounts { Failed = 1 },
        };
}
