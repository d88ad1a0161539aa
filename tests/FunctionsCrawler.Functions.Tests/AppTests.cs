using System.Reflection;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Http;
using FunctionsCrawler.Orchestration;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>What the host is told of the app: the functions, host.json, the settings.</summary>
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
    public void Functions_OfActivities_AreCores()
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
    public void Functions_OfOrchestrations_AreThere()
    {
        Assert.Equal(
            [Orchestrators.Batch, WaveOrchestration.Definition.Name, Orchestrators.Recursive],
            Functions.Where(Has<OrchestrationTriggerAttribute>).Select(NameOf).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Functions_OfHttp_AreTheRoutesAndAskForAKeyButForHealth()
    {
        var triggers = Functions.Select(Find<HttpTriggerAttribute>).OfType<HttpTriggerAttribute>().ToList();
        var routes = typeof(ApiRoutes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!);

        Assert.Equal(
            routes.Order(StringComparer.Ordinal),
            triggers.Select(t => t.Route!).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            [ApiRoutes.Health],
            triggers.Where(t => t.AuthLevel != AuthorizationLevel.Function).Select(t => t.Route)
        );
    }

    [Fact]
    public async Task Health_AskedByAnybody_IsThatItLivesAndNoMore()
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
    public void HostJson_FitsTheApp()
    {
        var host = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "host.json")))
            .RootElement;
        var extensions = host.GetProperty("extensions");

        Assert.Equal("", extensions.GetProperty("http").GetProperty("routePrefix").GetString());
        Assert.Equal("none", extensions.GetProperty("queues").GetProperty("messageEncoding").GetString());
        Assert.Equal(5, extensions.GetProperty("queues").GetProperty("maxDequeueCount").GetInt32());
        var durable = extensions.GetProperty("durableTask");
        Assert.InRange(durable.GetProperty("maxConcurrentActivityFunctions").GetInt32(), 1, 3);
        Assert.Equal("V2", durable.GetProperty("tracing").GetProperty("version").GetString());
        // A chunk begins visits for five minutes, and a visit takes five at most.
        var timeout = TimeSpan.Parse(host.GetProperty("functionTimeout").GetString()!);
        Assert.True(timeout > new CrawlWorkerOptions().ChunkBudget + TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Queue_OfTheTrigger_IsTheContracts() =>
        Assert.Equal(
            CrawlQueue.RequestsName,
            Functions.Select(Find<QueueTriggerAttribute>).OfType<QueueTriggerAttribute>().Single().QueueName
        );

    [Fact]
    public void Settings_NoneGiven_AreTheDefaults()
    {
        var settings = FunctionsSettings.Read(Configuration([]));

        Assert.Equal(new FunctionsSettings().MemoryMb, settings.MemoryMb);
        Assert.False(settings.Addresses.AllowPrivate);
        Assert.Empty(settings.Addresses.Allow);
        Assert.Equal(TimeSpan.FromDays(7), settings.HistoryRetention);
    }

    [Theory]
    [InlineData("CRAWL_MEMORY_MB", "511", "CRAWL_MEMORY_MB is '511'; it takes a whole number from 512")]
    [InlineData("CRAWL_HISTORY_DAYS", "soon", "CRAWL_HISTORY_DAYS is 'soon'; it takes a whole number from 1")]
    [InlineData("CRAWL_ALLOW_PRIVATE", "yes", "CRAWL_ALLOW_PRIVATE is 'yes'; it takes true or false")]
    [InlineData("CRAWL_ALLOW", "10.0.0.0/99", "CRAWL_ALLOW: ")]
    [InlineData(
        "CRAWL_LIMITS",
        "nodes=1",
        "CRAWL_LIMITS: the limit 'nodes=1' is none; nodes takes a whole number from 100"
    )]
    [InlineData("CRAWL_CONTACT", "me", "CRAWL_CONTACT: ")]
    public void Settings_Wrong_SayWhatIsAllowed(string name, string value, string message)
    {
        var fault = Assert.Throws<InvalidOperationException>(() =>
            FunctionsSettings.Read(Configuration(new() { [name] = value }))
        );

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    private static string NameOf(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static bool Has<T>(MethodInfo function)
        where T : Attribute => Find<T>(function) is not null;

    private static T? Find<T>(MethodInfo function)
        where T : Attribute =>
        function.GetParameters().Select(p => p.GetCustomAttribute<T>()).FirstOrDefault(a => a is not null);
}
