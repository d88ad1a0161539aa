using System.Globalization;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>Adds the pages of a crawl to a text until it is full. A page that alone is too long is divided.</summary>
/// <param name="text">The text, which may have a beginning.</param>
/// <param name="after">Where to begin.</param>
internal sealed class PageParts(StringBuilder text, PagePosition after)
{
    private static readonly PageFormat[] Formats = [PageFormat.MainMarkdown];

    private int _left = BoundedText.Budget - Encoding.UTF8.GetByteCount(text.ToString());

    /// <summary>Adds pages.</summary>
    /// <param name="records">The records that follow <see cref="PagePosition.Record"/>.</param>
    /// <returns>The cursor for what follows the last part; null if no page is left and none was added.</returns>
    public async Task<string?> AddAsync(IAsyncEnumerable<PageRecord> records)
    {
        var (position, isFirst) = (after, true);
        string? next = null;
        await foreach (var record in records.ConfigureAwait(false))
        {
            var page = "\n=====\n" + PageText.Write(record, Formats);
            var start = isFirst ? Math.Min(position.Offset, page.Length) : 0;
            var end = BoundedText.EndOf(page, start, Math.Max(_left, 1));
            // A page is divided only if it does not fit into a text of its own.
            if (end < page.Length && !isFirst)
                return next;
            text.Append(page, start, end - start);
            if (end < page.Length)
                return (position with { Offset = end }).ToString();
            _left -= Encoding.UTF8.GetByteCount(page.AsSpan(start));
            if (!RecordCursor.TryParse(record.Cursor ?? "", out var cursor))
                throw new InvalidDataException($"The record of {record.Url} has no cursor.");
            (position, isFirst) = (new PagePosition(cursor, 0), false);
            next = position.ToString();
        }
        return next;
    }
}

/// <summary>A position in the pages of a crawl.</summary>
/// <param name="Record">The last record before it; null at the beginning.</param>
/// <param name="Offset">The characters of the following record that come before it.</param>
internal sealed record PagePosition(RecordCursor? Record, int Offset)
{
    /// <summary>Reads the argument "after"; a fault is added to the arguments.</summary>
    public static PagePosition Read(ToolArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var start = new PagePosition(null, 0);
        if (arguments.Fields.Text("after") is not { Length: > 0 } text)
            return start;
        var parts = text.Split('@');
        var (cursor, offset) = (RecordCursor.Start, 0);
        var isValid =
            parts.Length <= 2
            && (parts is ["", _] || RecordCursor.TryParse(parts[0], out cursor))
            && (
                parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out offset)
            );
        if (isValid)
            return new PagePosition(parts[0].Length == 0 ? null : cursor, offset);
        arguments.Refuse("after", $"It is '{text}'; the value at the end of the result before is allowed.");
        return start;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Offset == 0 ? $"{Record}" : string.Create(CultureInfo.InvariantCulture, $"{Record}@{Offset}");
}
