namespace FunctionsCrawler.Browsing.Engines;

/// <summary>Cuts a stream into messages that each end with a zero byte.</summary>
internal sealed class PipeMessages(Stream stream)
{
    private const int Smallest = 64 * 1024;

    // What a large page needed is given back once it was read.
    private const int Kept = 1024 * 1024;

    /// <summary>Every message until the stream ends; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadAll()
    {
        var buffer = new byte[Smallest];
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
            // What is left is the beginning of a message: it moves to the front, of a larger or smaller buffer if need be.
            var rest = end - start;
            var size =
                rest > buffer.Length / 2 ? buffer.Length * 2
                : buffer.Length > Kept && rest < Smallest ? Smallest
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
