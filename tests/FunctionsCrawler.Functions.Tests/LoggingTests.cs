using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>What the app logs at its default level, in the host by host.json and in the worker.</summary>
public sealed class LoggingTests
{
    private static readonly string[] Work = ["ScrapePage", "TakeCrawl", "Maintain"];

    [Fact]
    public void Host_Requests_LogNothing()
    {
        using var services = Host();

        foreach (var function in Functions(HasTrigger<HttpTriggerAttribute>))
        {
            Assert.False(IsEnabled(services, $"Function.{function}", LogLevel.Information), function);
            Assert.True(IsEnabled(services, $"Function.{function}", LogLevel.Error), function);
            Assert.True(IsEnabled(services, $"Function.{function}.User", LogLevel.Warning), function);
        }
        Assert.False(IsEnabled(services, "Host.Results", LogLevel.Information));
        Assert.True(IsEnabled(services, "Host.Results", LogLevel.Error));
    }

    [Fact]
    public void Host_ActivitiesAndTriggers_LogTheirOwnLines()
    {
        using var services = Host();

        foreach (var function in Functions(HasTrigger<ActivityTriggerAttribute>).Concat(Work))
        {
            Assert.True(IsEnabled(services, $"Function.{function}.User", LogLevel.Information), function);
            Assert.False(IsEnabled(services, $"Function.{function}", LogLevel.Information), function);
        }
    }

    [Fact]
    public void Host_ExpectedStorageResponses_AreNotWarnings()
    {
        using var services = Host();

        Assert.False(IsEnabled(services, "Azure.Core", LogLevel.Warning));
        Assert.True(IsEnabled(services, "Azure.Identity", LogLevel.Warning));
        Assert.True(IsEnabled(services, "DurableTask.AzureStorage", LogLevel.Warning));
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Http.Result.JsonResult", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Http.Result.JsonResult", LogLevel.Warning, true)]
    [InlineData("FunctionsCrawler.Functions.Activities", LogLevel.Information, true)]
    public void Worker_Category_Level(string category, LogLevel level, bool isEnabled)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddWorkerLogging().AddProvider(new AnyProvider()))
            .BuildServiceProvider();

        Assert.Equal(isEnabled, IsEnabled(services, category, level));
    }

    [Theory]
    [InlineData("FunctionsCrawler.Functions.StartupSweep", true)]
    [InlineData("FunctionsCrawler.Functions.HostWatch", true)]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host", true)]
    [InlineData("FunctionsCrawler.Functions.Activities", false)]
    public void WorkerConsole_Warnings_OnlyOutsideInvocations(string category, bool isEnabled)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddWorkerLogging())
            .BuildServiceProvider();

        Assert.Equal(isEnabled, IsEnabled(services, category, LogLevel.Warning));
        Assert.False(IsEnabled(services, category, LogLevel.Information));
        Assert.Equal(
            LogLevel.Warning,
            services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.LogToStandardErrorThreshold
        );
    }

    // The host applies these levels with the same rules: the longest prefix wins.
    private static ServiceProvider Host()
    {
        var levels = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"))
            .Build()
            .GetSection("logging");
        return new ServiceCollection()
            .AddLogging(logging => logging.AddConfiguration(levels).AddProvider(new AnyProvider()))
            .BuildServiceProvider();
    }

    private static bool IsEnabled(ServiceProvider services, string category, LogLevel level) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level);

    private static IEnumerable<string> Functions(Func<MethodInfo, bool> which) =>
        typeof(Orchestrators)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(which)
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    private static bool HasTrigger<T>(MethodInfo method)
        where T : Attribute => method.GetParameters().Any(p => p.GetCustomAttribute<T>() is not null);

    private sealed class AnyProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) { }

        public void Dispose() { }
    }
}
