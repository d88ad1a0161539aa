namespace FunctionsCrawler.Browsing.Engines;

/// <summary>Splits a stream into messages that are terminated by a zero byte.</summary>
internal sealed class PipeMessages(Stream stream)
{
    private const int InitialSize = 64 * 1024;

    // A buffer that grew beyond this for a large message is replaced by a small one afterwards.
    private const int MaxKeptSize = 1024 * 1024;

    /// <summary>
    /// Yields the messages until the stream ends. The memory of a message is valid until the next one is requested.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadAll()
    {
        var buffer = new byte[InitialSize];
        var (start, end, searched) = (0, 0, 0);
        while (true)
        {
            var zero = buffer.AsSpan(searched, end - searched).IndexOf((byte)0);
            if (zero >= 0)
            {
                var stop = searched + zero;
                yield return buffer.AsMemory(start, stop - start);
                start = searched = stop + 1;
                continue;
            }
            // The rest is the beginning of a message: move it to the front of this buffer, or of a larger or smaller one.
            var rest = end - start;
            var size =
                rest > buffer.Length / 2 ? buffer.Length * 2
                : buffer.Length > MaxKeptSize && rest < InitialSize ? InitialSize
                : buffer.Length;
            var target = size == buffer.Length ? buffer : new byte[size];
            buffer.AsSpan(start, rest).CopyTo(target);
            (buffer, start, end, searched) = (target, 0, rest, rest);
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
                yield break;
            end += read;
        }
    }
}
