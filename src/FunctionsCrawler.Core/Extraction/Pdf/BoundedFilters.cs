using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace FunctionsCrawler.Extraction;

/// <summary>The filters of PDF streams, each of which checks how large its output will be before it makes it.</summary>
internal sealed class BoundedFilters(IFilterProvider filters, PdfMeter meter) : IFilterProvider
{
    /// <summary>Counts what is read.</summary>
    public PdfMeter Meter => meter;

    /// <inheritdoc/>
    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary)
    {
        meter.Check();
        return Bound(filters.GetFilters(dictionary));
    }

    /// <inheritdoc/>
    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) =>
        Bound(filters.GetNamedFilters(names));

    /// <inheritdoc/>
    public IReadOnlyList<IFilter> GetAllFilters() => Bound(filters.GetAllFilters());

    private IFilter[] Bound(IReadOnlyList<IFilter> all) => [.. all.Select(filter => new BoundedFilter(filter, meter))];

    private sealed class BoundedFilter(IFilter filter, PdfMeter meter) : IFilter
    {
        // Two bytes stand for a run of up to 128.
        private const int RunLengthRatio = 64;

        public bool IsSupported => filter.IsSupported;

        public Memory<byte> Decode(
            Memory<byte> input,
            DictionaryToken streamDictionary,
            IFilterProvider filterProvider,
            int filterIndex
        )
        {
            meter.Check();
            var most = IsDrawing(streamDictionary) ? meter.Limits.MaxDrawingBytes : meter.Limits.MaxStreamBytes;
            var size = filter switch
            {
                FlateFilter => Inflate(input, most),
                LzwFilter => LzwSize.Measure(input.Span, most),
                RunLengthFilter => (long)input.Length * RunLengthRatio,
                _ => input.Length,
            };
            if (size > most)
                meter.Fail($"a stream of the PDF has more than {most} bytes");
            return filter.Decode(input, streamDictionary, filterProvider, filterIndex);
        }

        // Streams of pages have no type. Forms draw too; fonts, images and object streams say what they are.
        private static bool IsDrawing(DictionaryToken stream) =>
            stream.TryGet(NameToken.Subtype, out var subtype)
                ? subtype is NameToken { Data: "Form" }
                : !stream.ContainsKey(NameToken.Type) && !stream.ContainsKey(NameToken.Create("Length1"));

        // Counts without keeping. Damaged data is the filter's matter.
        private static long Inflate(Memory<byte> input, int most)
        {
            var size = 0L;
            try
            {
                using var packed = new MemoryStream(input.ToArray(), writable: false);
                using var content = new ZLibStream(packed, CompressionMode.Decompress);
                var buffer = new byte[81920];
                while (size <= most && content.Read(buffer) is > 0 and var read)
                    size += read;
            }
            catch (InvalidDataException)
            {
                // The filter reads damaged data up to the same place.
            }
            return size;
        }
    }
}
