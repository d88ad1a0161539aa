using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Network.Proxies;

/// <summary>Log messages of proxies. Event id 1301.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(1301, LogLevel.Warning, "Proxy {Proxy} avoided for {Seconds} s: {Reason}")]
    public static partial void Avoided(ILogger logger, string proxy, double seconds, string reason);
}
