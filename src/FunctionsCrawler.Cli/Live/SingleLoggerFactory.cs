using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Live;

/// <summary>Uses one logger for all categories.</summary>
internal sealed class SingleLoggerFactory(ILogger logger) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => logger;

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("all lines go to one logger; providers cannot be added");

    public void Dispose() { }
}
