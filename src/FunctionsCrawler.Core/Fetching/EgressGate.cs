using System.Net.Http;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Fetching;

/// <summary>The egress guard in the forms that fetchers need.</summary>
/// <param name="guard">Checks addresses and opens connections.</param>
/// <param name="isOn">False only in the benchmark that measures the cost of the guard; no user setting changes it.</param>
internal sealed class EgressGate(AddressGuard guard, bool isOn = true)
{
    /// <summary>The guard for the proxies of browsers; null if it is off.</summary>
    public AddressGuard? Guard => isOn ? guard : null;

    /// <summary>Opens the connections of HTTP handlers; null if the guard is off.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect =>
        isOn ? guard.ConnectAsync : null;

    /// <summary>How long opening a connection may take, TLS included. With proxies, several may have to be tried.</summary>
    public TimeSpan ConnectTimeout => TimeSpan.FromSeconds(isOn && guard.UsesProxies ? 20 : 10);

    /// <summary>Returns an error if a URL must not be fetched, otherwise null.</summary>
    public async ValueTask<PageError?> RefuseAsync(Uri url, CancellationToken cancellationToken)
    {
        if (!isOn)
            return null;
        return await guard.ResolveAsync(url.IdnHost, cancellationToken).ConfigureAwait(false) switch
        {
            BlockedHost blocked => new PageError(ErrorCode.BlockedAddress, blocked.Message),
            UnknownHost unknown => new PageError(ErrorCode.Dns, unknown.Message),
            _ => null,
        };
    }
}
