namespace FunctionsCrawler.Network.Proxies;

/// <summary>
/// A proxy did not open a connection. The message names the proxy without its user name and password, and the page fails with
/// <see cref="Contracts.ErrorCode.Connect"/>.
/// </summary>
/// <param name="message">One line for the user.</param>
/// <param name="fault">What does not work, as far as it is known.</param>
internal sealed class ProxyException(string message, ProxyFault fault) : IOException(message)
{
    /// <summary>What does not work, as far as it is known.</summary>
    public ProxyFault Fault => fault;
}

/// <summary>What a failed connection says about the proxy.</summary>
internal enum ProxyFault
{
    /// <summary>The proxy itself does not work: it cannot be reached, rejects the credentials, or speaks another protocol.</summary>
    Proxy,

    /// <summary>The proxy answered that it did not connect to the address. Another address, or another proxy, may work.</summary>
    Target,

    /// <summary>The proxy was reached, but did not answer, or closed the connection. The cause may be the proxy or the target.</summary>
    Unknown,
}
