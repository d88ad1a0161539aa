using System.Text;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Archives;

/// <summary>Records of an archive with their index, compressed and spooled to disk. Not safe for concurrent use.</summary>
internal sealed class WarcSpool : IDisposable
{
    private const int MaxInMemory = 256 * 1024;

    private readonly SpooledStream _content = new(MaxInMemory, "crawl-warc");
    private readonly List<CdxEntry> _index = [];

    /// <summary>The responses, in the order in which they were added.</summary>
    public IReadOnlyList<CdxEntry> Index => _index;

    /// <summary>The compressed size, in bytes.</summary>
    public long Length => _content.Length;

    /// <summary>Adds the record that describes the records after it.</summary>
    /// <exception cref="IOException">The temporary file cannot be written. Nothing was added.</exception>
    public Task AddInfoAsync(string software, DateTimeOffset date, CancellationToken cancellationToken) =>
        AddWholeAsync(_ =>
            WarcRecord.WriteAsync(
                _content,
                [
                    ("WARC-Type", "warcinfo"),
                    ("WARC-Record-ID", WarcRecord.NewId()),
                    ("WARC-Date", WarcRecord.Format(date)),
                    ("Content-Type", "application/warc-fields"),
                ],
                Encoding.UTF8.GetBytes($"software: {software}\r\nformat: WARC File Format 1.1\r\n"),
                null,
                cancellationToken
            )
        );

    /// <summary>Adds a response and its request.</summary>
    /// <exception cref="IOException">The temporary file cannot be written. Nothing was added.</exception>
    public async Task AddAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        _index.Add(await AddWholeAsync(begin => WriteAsync(exchange, begin, cancellationToken)).ConfigureAwait(false));
    }

    /// <summary>Adds a document that is not a response. It is not in the index.</summary>
    /// <param name="uri">Its name.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="date">When it was made.</param>
    /// <param name="content">The document.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <exception cref="IOException">The temporary file cannot be written. Nothing was added.</exception>
    public async Task AddResourceAsync(
        string uri,
        string contentType,
        DateTimeOffset date,
        byte[] content,
        CancellationToken cancellationToken
    )
    {
        using var body = new MemoryStream(content, writable: false);
        await AddWholeAsync(_ =>
                WarcRecord.WriteAsync(
                    _content,
                    [
                        ("WARC-Type", "resource"),
                        ("WARC-Record-ID", WarcRecord.NewId()),
                        ("WARC-Target-URI", uri),
                        ("WARC-Date", WarcRecord.Format(date)),
                        ("Content-Type", contentType),
                    ],
                    default,
                    body,
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
    }

    /// <summary>Adds all records of another spool.</summary>
    /// <exception cref="IOException">A temporary file cannot be read or written. Nothing was added.</exception>
    public async Task AppendAsync(WarcSpool other, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(other);
        var begin = await AddWholeAsync(async begin =>
            {
                await other.Open().CopyToAsync(_content, cancellationToken).ConfigureAwait(false);
                return begin;
            })
            .ConfigureAwait(false);
        _index.AddRange(other._index.Select(entry => entry with { Offset = begin + entry.Offset }));
    }

    /// <summary>The content, from its beginning. It belongs to the spool.</summary>
    public Stream Open()
    {
        _content.Position = 0;
        return _content;
    }

    /// <summary>Frees memory and disk space.</summary>
    public void Dispose() => _content.Dispose();

    // A part of a record would damage all that follow.
    private async Task<T> AddWholeAsync<T>(Func<long, Task<T>> write)
    {
        var begin = _content.Length;
        try
        {
            _content.Position = begin;
            return await write(begin).ConfigureAwait(false);
        }
        catch
        {
            _content.SetLength(begin);
            throw;
        }
    }

    private async Task<CdxEntry> WriteAsync(Exchange exchange, long begin, CancellationToken cancellationToken)
    {
        var id = WarcRecord.NewId();
        var date = WarcRecord.Format(exchange.Date);
        var digest = await WarcRecord
            .WriteAsync(
                _content,
                [
                    ("WARC-Type", "response"),
                    ("WARC-Record-ID", id),
                    ("WARC-Target-URI", exchange.Url),
                    ("WARC-Date", date),
                    .. exchange.Truncated is { } reason ? [("WARC-Truncated", reason)] : ((string, string)[])[],
                    ("Content-Type", "application/http;msgtype=response"),
                ],
                HttpHead.OfResponse(exchange.Response, exchange.Body.Length),
                exchange.Body,
                cancellationToken
            )
            .ConfigureAwait(false);
        var length = _content.Length - begin;
        await WarcRecord
            .WriteAsync(
                _content,
                [
                    ("WARC-Type", "request"),
                    ("WARC-Record-ID", WarcRecord.NewId()),
                    ("WARC-Concurrent-To", id),
                    ("WARC-Target-URI", exchange.Url),
                    ("WARC-Date", date),
                    ("Content-Type", "application/http;msgtype=request"),
                ],
                exchange.Request,
                null,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new CdxEntry
        {
            Key = CdxEntry.KeyOf(exchange.Url, exchange.Date),
            Url = exchange.Url,
            Mime = exchange.Response.MediaType is { Length: > 0 } type ? type : "unk",
            Status = exchange.Response.Status,
            Digest = digest!,
            Length = length,
            Offset = begin,
        };
    }
}
