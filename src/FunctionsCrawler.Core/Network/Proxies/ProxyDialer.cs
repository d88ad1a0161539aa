using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace FunctionsCrawler.Network.Proxies;

/// <summary>Opens one connection through one proxy. The proxy's own address is not checked: the operator chose it.</summary>
/// <param name="hosts">Resolves the names of proxies.</param>
/// <param name="time">Clock of the time limit.</param>
/// <param name="trust">Checks the certificates of HTTPS proxies; null: the system's rules.</param>
internal sealed class ProxyDialer(
    HostLookup hosts,
    TimeProvider time,
    RemoteCertificateValidationCallback? trust = null
)
{
    /// <summary>How long a proxy may take to open a connection, from resolving its name on.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <summary>Connects to a proxy, which connects to the target.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="target">An address that was checked.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>A connection to the target; the caller disposes it.</returns>
    /// <exception cref="ProxyException">The proxy did not open the connection.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Connection> DialAsync(UpstreamProxy proxy, IPEndPoint target, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Connection? connection = null;
        try
        {
            connection = await ConnectAsync(proxy, either.Token).ConfigureAwait(false);
            if (proxy.Scheme == ProxyScheme.Socks5)
                await SocksTunnel.OpenAsync(connection.Stream, proxy, target, either.Token).ConfigureAwait(false);
            else
                await HttpTunnel.OpenAsync(connection.Stream, proxy, target, either.Token).ConfigureAwait(false);
            var opened = connection;
            connection = null;
            return opened;
        }
        // A cancelled read or connect surfaces as one of several exception types, so check the token instead of the type.
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (limit.IsCancellationRequested && e is not ProxyException)
        {
            throw connection is null
                ? new ProxyException(
                    $"the proxy {proxy} did not accept a connection within {Limit.TotalSeconds:F0} s",
                    ProxyFault.Proxy
                )
                : new ProxyException(
                    $"the proxy {proxy} did not open the connection within {Limit.TotalSeconds:F0} s",
                    ProxyFault.Unknown
                );
        }
        catch (Exception e) when (e is SocketException or IOException and not ProxyException && connection is not null)
        {
            throw new ProxyException($"the proxy {proxy} closed the connection before it was open", ProxyFault.Unknown);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private async Task<Connection> ConnectAsync(UpstreamProxy proxy, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = IPAddress.TryParse(proxy.Host, out var literal)
                ? [literal]
                : await hosts.FindAsync(proxy.Host, cancellationToken).ConfigureAwait(false);
            var socket = await Dialer.DialAsync(addresses, proxy.Port, time, cancellationToken).ConfigureAwait(false);
            return proxy.Scheme == ProxyScheme.Https
                ? await EncryptAsync(socket, proxy, cancellationToken).ConfigureAwait(false)
                : new Connection(socket);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or ArgumentException)
        {
            throw new ProxyException($"the proxy {proxy} cannot be reached: {e.Message}", ProxyFault.Proxy);
        }
    }

    private async Task<Connection> EncryptAsync(Socket socket, UpstreamProxy proxy, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = proxy.Host,
                RemoteCertificateValidationCallback = trust,
            };
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return new Connection(socket, stream);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
