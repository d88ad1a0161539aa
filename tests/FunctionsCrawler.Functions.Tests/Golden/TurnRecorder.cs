using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using P = Microsoft.DurableTask.Protobuf;

namespace FunctionsCrawler.Functions.Tests.Golden;

/// <summary>One turn of an orchestration: the past and new events that the engine sent, and the code's response.</summary>
internal sealed record RecordedTurn(P.OrchestratorRequest Request, P.OrchestratorResponse Response);

/// <summary>Records the turns from the gRPC calls between a Durable engine and its worker.</summary>
internal sealed class TurnRecorder : Interceptor
{
    private readonly ConcurrentDictionary<string, P.OrchestratorRequest> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<RecordedTurn> _turns = new();

    /// <summary>The turns of all instances, in the order in which they ended.</summary>
    public IReadOnlyCollection<RecordedTurn> Turns => _turns;

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation
    )
    {
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(
            new ObservedReader<TResponse>(call.ResponseStream, StartTurn),
            call.ResponseHeadersAsync,
            call.GetStatus,
            call.GetTrailers,
            call.Dispose
        );
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation
    )
    {
        // An instance has one turn at a time.
        if (request is P.OrchestratorResponse response && _open.TryRemove(response.InstanceId, out var started))
            _turns.Enqueue(new RecordedTurn(started, response.Clone()));
        return continuation(request, context);
    }

    private void StartTurn(object? message)
    {
        if (message is P.WorkItem { OrchestratorRequest: { } request })
            _open[request.InstanceId] = request.Clone();
    }

    private sealed class ObservedReader<T>(IAsyncStreamReader<T> inner, Action<object?> onMessage)
        : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await inner.MoveNext(cancellationToken))
                return false;
            onMessage(inner.Current);
            return true;
        }
    }
}
