namespace FunctionsCrawler.Core.Tests.Blobs;

/// <summary>
/// A stream that cannot seek. It gives so many bytes, then runs <paramref name="then"/> once and goes on, or fails where
/// there is none.
/// </summary>
internal sealed class FailingStream(int bytes, Action? then = null) : Stream
{
    private int _left = bytes;
    private Action? _then = then;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left == 0)
        {
            if (_then is null)
                throw new InvalidDataException("the source broke");
            _then();
            (_then, _left) = (null, 1);
        }
        var read = Math.Min(_left, count);
        Array.Fill(buffer, (byte)7, offset, read);
        _left -= read;
        return read;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
