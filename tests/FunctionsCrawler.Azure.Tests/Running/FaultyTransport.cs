using System.Collections.Concurrent;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace FunctionsCrawler.AzureStorage.Tests.Running;

/// <summary>An SDK transport that injects network faults.</summary>
internal sealed class FaultyTransport : HttpPipelineTransport
{
    private readonly HttpPipelineTransport _network = HttpClientTransport.Shared;
    private readonly ConcurrentQueue<RequestMethod> _sent = new();

    /// <summary>Chooses the fault of a request. Called once per attempt.</summary>
    public Func<Request, Fault> Fault { get; set; } = _ => Running.Fault.None;

    /// <summary>Called after each failed attempt, before the next one.</summary>
    public Func<Task> AfterFault { get; set; } = () => Task.CompletedTask;

    /// <summary>The number of requests with a method, counting every attempt.</summary>
    public int Count(RequestMethod method) => _sent.Count(sent => sent == method);

    /// <summary>Makes the first <paramref name="times"/> requests with a method fail.</summary>
    public void Break(RequestMethod method, Fault fault, int times)
    {
        var left = times;
        Fault = request =>
            request.Method == method && Interlocked.Decrement(ref left) >= 0 ? fault : Running.Fault.None;
    }

    /// <summary>Options to connect to an account through this transport, with short delays between attempts.</summary>
    public AzureStorageOptions Around(AzureStorageOptions account) =>
        new()
        {
            ConnectionString = account.ConnectionString,
            Adjust = client =>
            {
                client.Transport = this;
                client.Retry.Delay = TimeSpan.FromMilliseconds(20);
            },
        };

    public override Request CreateRequest() => _network.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        _sent.Enqueue(message.Request.Method);
        var fault = Fault(message.Request);
        if (fault is not Running.Fault.NotSent)
            await _network.ProcessAsync(message);
        switch (fault)
        {
            case Running.Fault.NotSent or Running.Fault.ResponseLost:
                await AfterFault();
                throw new RequestFailedException("Connection reset by peer");
            case Running.Fault.BodyBreaks:
                message.Response.ContentStream = new BreakingStream(message.Response.ContentStream!);
                break;
        }
    }

    /// <summary>Returns 100,000 bytes, then fails like a broken connection.</summary>
    private sealed class BreakingStream(Stream inner) : Stream
    {
        private int _left = 100_000;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (_left == 0)
                throw new IOException("Connection reset by peer");
            var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>How a request fails.</summary>
internal enum Fault
{
    None,

    /// <summary>The request never reaches the service.</summary>
    NotSent,

    /// <summary>The service processes the request, but its response is lost.</summary>
    ResponseLost,

    /// <summary>The response body breaks off.</summary>
    BodyBreaks,
}
