using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>The number of page records, by result.</summary>
internal sealed record PageCounts
{
    /// <summary>Pages stored.</summary>
    public int Succeeded { get; init; }

    /// <summary>Pages that failed.</summary>
    public int Failed { get; init; }

    /// <summary>URLs disallowed by robots.txt.</summary>
    public int Robots { get; init; }

    /// <summary>URLs that redirected out of scope.</summary>
    public int Scope { get; init; }

    /// <summary>Files that are not pages: images, archives, downloads.</summary>
    public int Binary { get; init; }

    /// <summary>Stored pages that are the same as in the earlier crawl. Absent from stored JSON if 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Unchanged { get; init; }

    /// <summary>Stored pages that differ from the earlier crawl. Absent from stored JSON if 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Changed { get; init; }

    /// <summary>All skipped URLs: <see cref="Robots"/>, <see cref="Scope"/> and <see cref="Binary"/>.</summary>
    public int Skipped => Robots + Scope + Binary;

    /// <summary>All records, skipped ones included.</summary>
    public int Total => Succeeded + Failed + Skipped;

    /// <summary>The records that count towards <see cref="CrawlRequest.MaxPages"/>.</summary>
    public int TowardsLimit => Succeeded + Failed;

    /// <summary>Counts records by their error code.</summary>
    public static PageCounts Of(IEnumerable<PageRecord> records) =>
        records.Aggregate(new PageCounts(), (counts, record) => counts + Of(record));

    /// <summary>Adds two counts field by field.</summary>
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
            Unchanged = left.Unchanged + right.Unchanged,
            Changed = left.Changed + right.Changed,
        };
    }

    /// <inheritdoc cref="op_Addition"/>
    public static PageCounts Add(PageCounts left, PageCounts right) => left + right;

    private static PageCounts Of(PageRecord record) =>
        record.Error?.Code switch
        {
            null => new PageCounts
            {
                Succeeded = 1,
                Unchanged = record.Unchanged is true ? 1 : 0,
                Changed = record.Unchanged is false ? 1 : 0,
            },
            ErrorCode.Robots => new PageCounts { Robots = 1 },
            ErrorCode.OutOfScope => new PageCounts { Scope = 1 },
            ErrorCode.UnsupportedType => new PageCounts { Binary = 1 },
            _ => new PageCounts { Failed = 1 },
        };
}
