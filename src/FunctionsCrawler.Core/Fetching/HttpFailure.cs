using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Proxies;

namespace FunctionsCrawler.Fetching;

/// <summary>Maps HTTP statuses and exceptions to page errors.</summary>
internal static class HttpFailure
{
    /// <summary>Returns the error for a final HTTP status; null for 2xx.</summary>
    public static PageError? OfStatus(int status) =>
        status switch
        {
            >= 200 and <= 299 => null,
            >= 400 and <= 499 => new PageError(ErrorCode.Http4xx, $"The server responded with {status}."),
            >= 500 and <= 599 => new PageError(ErrorCode.Http5xx, $"The server responded with {status}."),
            _ => new PageError(ErrorCode.Protocol, $"The server responded with the unexpected status {status}."),
        };

    /// <summary>Returns the error for an exception thrown by the handler or while reading the content.</summary>
    public static PageError Describe(Exception exception)
    {
        var causes = Causes(exception).ToList();
        if (causes.OfType<BlockedAddressException>().FirstOrDefault() is { } blocked)
            return new PageError(ErrorCode.BlockedAddress, blocked.Message);
        if (causes.OfType<ProxyException>().FirstOrDefault() is { } proxy)
            return new PageError(ErrorCode.Connect, proxy.Message);
        return new PageError(CodeOf(causes), causes[^1].Message);
    }

    private static ErrorCode CodeOf(List<Exception> causes)
    {
        // Check for a socket error first: a connection reset during the handshake also appears as an authentication failure.
        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket)
            return OfSocket(socket.SocketErrorCode);
        if (causes.OfType<AuthenticationException>().Any())
            return ErrorCode.Tls;
        foreach (var cause in causes)
            if (OfHttp(cause) is { } code)
                return code;
        return causes[0] switch
        {
            OperationCanceledException => ErrorCode.Connect, // ConnectTimeout; the caller has checked its own tokens
            InvalidDataException or InvalidOperationException => ErrorCode.Protocol, // corrupt compressed content
            IOException or HttpRequestException => ErrorCode.Connect,
            _ => ErrorCode.Internal,
        };
    }

    private static ErrorCode OfSocket(SocketError error) =>
        error is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery
            ? ErrorCode.Dns
            : ErrorCode.Connect;

    private static ErrorCode? OfHttp(Exception exception)
    {
        var error = exception switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException io => io.HttpRequestError,
            _ => HttpRequestError.Unknown,
        };
        return error switch
        {
            HttpRequestError.NameResolutionError => ErrorCode.Dns,
            HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded => ErrorCode.Connect,
            HttpRequestError.SecureConnectionError => ErrorCode.Tls,
            HttpRequestError.InvalidResponse
            or HttpRequestError.HttpProtocolError
            or HttpRequestError.VersionNegotiationError
            or HttpRequestError.ConfigurationLimitExceeded => ErrorCode.Protocol,
            _ => null,
        };
    }

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }
}
