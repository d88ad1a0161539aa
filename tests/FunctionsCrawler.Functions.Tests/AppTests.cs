using System.Reflection;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Compat.Crawl4ai;
using FunctionsCrawler.Http.Compat.Firecrawl;
using FunctionsCrawler.Orchestration;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>The functions, host.json and settings of the app.</summary>
public sealed class AppTests
{
    private static readonly List<MethodInfo> Functions =
    [
        .. typeof(Orchestrators)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .Where(m => m.GetCustomAttribute<FunctionAttribute>() is not null),
    ];

    [Fact]
    public void Functions_Activities_SameAsInCore()
    {
        var definitions = typeof(CrawlActivities)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(p => p.PropertyType.GetProperty("Name")!.GetValue(p.GetValue(null)));

        Assert.Equal(
            definitions.Order(),
            Functions.Where(Has<ActivityTriggerAttribute>).Select(NameOf).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Functions_Orchestrations_AllRegistered()
    {
        Assert.Equal(
            [Orchestrators.Batch, WaveOrchestration.Definition.Name, Orchestrators.Recursive],
            Functions.Where(Has<OrchestrationTriggerAttribute>).Select(NameOf).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Functions_Http_AllRoutesAndKeyRequiredExceptForHealth()
    {
        var triggers = Functions.Select(Find<HttpTriggerAttribute>).OfType<HttpTriggerAttribute>().ToList();
        var routes = typeof(ApiRoutes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!);
        // Their clients cannot send a key of the platform, so the app checks keys of its own.
        string[] compatible =
        [
            "loader",
            "mcp",
            "r/{*url}",
            .. FirecrawlMount.Roots.Concat(Crawl4aiMount.Roots).Select(root => root + "/{*rest}"),
        ];

        Assert.Equal(
            routes.Concat(compatible).Order(StringComparer.Ordinal),
            triggers.Select(t => t.Route!).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            compatible.Append(ApiRoutes.Health).Order(StringComparer.Ordinal),
            triggers
                .Where(t => t.AuthLevel != AuthorizationLevel.Function)
                .Select(t => t.Route)
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Health_Anonymous_StatusOnly()
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Response.Body = body;

        await HttpTriggers.HealthAsync(context.Request);

        Assert.Equal("""{"status":"ok"}""", Encoding.UTF8.GetString(body.ToArray()));
        Assert.Equal("nosniff", context.Response.Headers.XContentTypeOptions);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
    }

    [Fact]
    public void HostJson_Settings_MatchTheApp()
    {
        var host = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))
            .RootElement;
        var extensions = host.GetProperty("extensions");

        Assert.Equal("", extensions.GetProperty("http").GetProperty("routePrefix").GetString());
        Assert.Equal("none", extensions.GetProperty("queues").GetProperty("messageEncoding").GetString());
        Assert.Equal(5, extensions.GetProperty("queues").GetProperty("maxDequeueCount").GetInt32());
        var durable = extensions.GetProperty("durableTask");
        // Chunks, those that wait for a slot included, leave room for the activities that only use the store.
        var activities = durable.GetProperty("maxConcurrentActivityFunctions").GetInt32();
        Assert.InRange((2 * CrawlHost.DefaultMaxChunks) + CrawlerServices.MaxWaitingChunks, 1, activities - 8);
        Assert.Equal("V2", durable.GetProperty("tracing").GetProperty("version").GetString());
        // A chunk starts visits for five minutes, and a visit takes at most five minutes.
        var timeout = TimeSpan.Parse(host.GetProperty("functionTimeout").GetString()!);
        Assert.True(timeout > new CrawlerOptions().ChunkBudget + TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void QueueTrigger_QueueName_SameAsInAzure() =>
        Assert.Equal(
            CrawlQueue.RequestsName,
            Functions.Select(Find<QueueTriggerAttribute>).OfType<QueueTriggerAttribute>().Single().QueueName
        );

    [Fact]
    public void Settings_Missing_DefaultValues()
    {
        var settings = Read([]);

        Assert.Equal(1536, settings.MemoryMb);
        Assert.False(settings.AllowPrivate);
        Assert.Empty(settings.Allow);
        Assert.Equal(7, settings.HistoryDays);
    }

    [Theory]
    [InlineData("CRAWL_MEMORY_MB", "511", "CRAWL_MEMORY_MB: MemoryMb is 511; 512 to 1,048,576 is allowed")]
    [InlineData("CRAWL_HISTORY_DAYS", "soon", "CRAWL_HISTORY_DAYS is 'soon'; it must be a whole number")]
    [InlineData("CRAWL_ALLOW_PRIVATE", "yes", "CRAWL_ALLOW_PRIVATE is 'yes'; it must be true or false")]
    [InlineData("CRAWL_ALLOW", "10.0.0.0/99", "CRAWL_ALLOW: ")]
    [InlineData(
        "CRAWL_LIMITS",
        "nodes=1",
        "CRAWL_LIMITS: Limits: 'nodes=1' is not a valid limit; nodes takes a whole number from 100"
    )]
    [InlineData("CRAWL_CONTACT", "me", "CRAWL_CONTACT: ")]
    [InlineData("CRAWL_PROXIES", "http://u:secret@host", "CRAWL_PROXIES: Proxies: the proxy has no port; use http://")]
    public void Settings_Invalid_NamesTheAllowedValues(string name, string value, string message)
    {
        var fault = Assert.Throws<InvalidOperationException>(() => Read(new() { [name] = value }));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    private static CrawlerOptions Read(Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var options = new CrawlerOptions();
        CrawlerSettings.Apply(options, name => configuration[name]);
        return options;
    }

    private static string NameOf(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static bool Has<T>(MethodInfo function)
        where T : Attribute => Find<T>(function) is not null;

    private static T? Find<T>(MethodInfo function)
        where T : Attribute =>
        function.GetParameters().Select(p => p.GetCustomAttribute<T>()).FirstOrDefault(a => a is not null);
}
