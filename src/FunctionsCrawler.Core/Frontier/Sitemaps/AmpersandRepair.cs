using System.Buffers;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// A read-only stream over XML in which every bare ampersand is written as <c>&amp;amp;</c>. Many programs write URLs into
/// sitemaps without escaping them, and an XML parser stops at the first one.
/// </summary>
/// <param name="content">XML in an encoding that contains ASCII.</param>
internal sealed class AmpersandRepair(Stream content) : ForwardStream
{
    private const int LookAhead = 16;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly byte[] _input = new byte[4096];
    private int _position;
    private int _end;
    private bool _isEnded;
    private int _unwritten;
    private byte[]? _closedBy;

    /// <summary>The number of ampersands that were repaired so far.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length)
        {
            if (_unwritten > 0)
            {
                buffer[count++] = "amp;"u8[^_unwritten--];
                continue;
            }
            if (_end - _position < LookAhead && !_isEnded)
                Fill();
            if (_position == _end)
                break;
            buffer[count++] = Next();
        }
        return count;
    }

    private byte Next()
    {
        var rest = _input.AsSpan(_position.._end);
        _position++;
        // Comments and CDATA sections may contain anything but their end.
        if (_closedBy is not null)
            _closedBy = rest.StartsWith(_closedBy) ? null : _closedBy;
        else if (rest.StartsWith("<!--"u8))
            _closedBy = "-->"u8.ToArray();
        else if (rest.StartsWith("<![CDATA["u8))
            _closedBy = "]]>"u8.ToArray();
        else if (rest[0] == '&' && !IsReference(rest[1..]))
        {
            Count++;
            _unwritten = 4;
        }
        return rest[0];
    }

    // Names that XML does not define, such as &nbsp;, are repaired too.
    private static bool IsReference(ReadOnlySpan<byte> text)
    {
        var end = text[..Math.Min(text.Length, LookAhead - 1)].IndexOf((byte)';');
        if (end < 1)
            return false;
        var name = text[..end];
        if (name[0] != '#')
            return name.SequenceEqual("amp"u8)
                || name.SequenceEqual("lt"u8)
                || name.SequenceEqual("gt"u8)
                || name.SequenceEqual("quot"u8)
                || name.SequenceEqual("apos"u8);
        return name is [_, (byte)'x', _, ..]
            ? !name[2..].ContainsAnyExcept(HexDigits)
            : name.Length > 1 && !name[1..].ContainsAnyExcept(Digits);
    }

    private void Fill()
    {
        _input.AsSpan(_position.._end).CopyTo(_input);
        (_position, _end) = (0, _end - _position);
        while (_end < LookAhead && !_isEnded)
        {
            var read = content.Read(_input, _end, _input.Length - _end);
            _end += read;
            _isEnded = read == 0;
        }
    }
}
