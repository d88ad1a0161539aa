using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Tests;

/// <summary>The document says what the code does: each route, each field, each name of an enum, each default.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonElement Document = Read();

    public static TheoryData<string, Type> Schemas =>
        new()
        {
            { "CrawlRequest", typeof(CrawlRequest) },
            { "AcceptedCrawl", typeof(AcceptedCrawl) },
            { "CrawlStatus", typeof(Intake.CrawlStatus) },
            { "CrawlList", typeof(Intake.CrawlList) },
            { "PageRecord", typeof(PageRecord) },
            { "CrawlSummary", typeof(CrawlSummary) },
            { "HealthReport", typeof(HealthReport) },
            { "Problem", typeof(Problem) },
        };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Schema_OfAType_HasItsFields(string name, Type type) =>
        AssertSame(Document.GetProperty("components").GetProperty("schemas").GetProperty(name), TypeInfo(type), name);

    [Fact]
    public void Paths_AreTheRoutes()
    {
        var routes = typeof(ApiRoutes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => "/" + f.GetRawConstantValue());

        Assert.Equal(
            routes.Order(StringComparer.Ordinal),
            Document.GetProperty("paths").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Defaults_OfTheRequest_AreTheCodes()
    {
        var written = JsonSerializer.SerializeToElement(
            new CrawlRequest { Urls = ["https://a.example/"] },
            CrawlJson.Default.CrawlRequest
        );

        AssertDefaults(
            Document.GetProperty("components").GetProperty("schemas").GetProperty("CrawlRequest"),
            written,
            ""
        );
    }

    [Fact]
    public void References_LeadSomewhere()
    {
        var pointers = References(Document).ToList();

        Assert.NotEmpty(pointers);
        Assert.All(pointers, pointer => Assert.True(Leads(pointer), pointer));

        static bool Leads(string pointer)
        {
            var place = Document;
            return pointer.Split('/').Skip(1).All(name => place.TryGetProperty(name, out place));
        }
    }

    [Fact]
    public void Operations_TellHowTheyAreRefused()
    {
        var operations = Document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Where(o => o.Name != "parameters"));

        Assert.All(
            operations,
            operation =>
            {
                var told = operation.Value.GetProperty("responses").EnumerateObject().Select(r => r.Name).ToList();
                Assert.Empty(new[] { "401", "421", "429", "500" }.Except(told));
                Assert.Equal(operation.Name is "post" or "delete", told.Contains("403"));
            }
        );
    }

    [Fact]
    public void SecuritySchemes_AreTheHeadersThatKeysAreTakenFrom()
    {
        const string key = "0123456789abcdef";
        Assert.True(ApiKeys.TryParse(key, out var keys, out _));
        var schemes = Document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal(3, schemes.EnumerateObject().Count());

        Assert.All(
            schemes.EnumerateObject(),
            scheme =>
            {
                var request = new DefaultHttpContext().Request;
                if (scheme.Value.TryGetProperty("name", out var header))
                    request.Headers[header.GetString()!] = key;
                else
                    request.Headers.Authorization = $"{scheme.Value.GetProperty("scheme")} {key}";
                Assert.NotNull(keys.Find(request));
            }
        );
    }

    private static void AssertSame(JsonElement schema, JsonTypeInfo type, string where)
    {
        schema = Resolve(schema);
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            if (schema.GetProperty("items").EnumerateObject().Any())
                AssertSame(schema.GetProperty("items"), TypeInfo(type.ElementType!), where + "[]");
            return;
        }
        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (plain.IsEnum && schema.TryGetProperty("enum", out var names))
            Assert.Equal(
                Enum.GetValuesAsUnderlyingType(plain)
                    .Cast<object>()
                    .Select(v =>
                        JsonSerializer.SerializeToElement(Enum.ToObject(plain, v), TypeInfo(plain)).GetString()
                    ),
                names.EnumerateArray().Select(n => n.GetString())
            );
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var properties = schema.GetProperty("properties");
        var fields = type.Properties.Where(p => p.Get is not null).ToList();
        Assert.True(
            fields.Select(p => p.Name).Order().SequenceEqual(properties.EnumerateObject().Select(p => p.Name).Order()),
            $"{where}: {string.Join(", ", fields.Select(p => p.Name))}"
        );
        foreach (var field in fields)
            AssertSame(properties.GetProperty(field.Name), TypeInfo(field.PropertyType), $"{where}.{field.Name}");
    }

    private static void AssertDefaults(JsonElement schema, JsonElement written, string where)
    {
        foreach (var property in Resolve(schema).GetProperty("properties").EnumerateObject())
        {
            var field = $"{where}{property.Name}";
            var has = written.TryGetProperty(property.Name, out var value);
            if (property.Value.TryGetProperty("$ref", out _))
                AssertDefaults(property.Value, value, field + ".");
            else if (property.Value.TryGetProperty("default", out var expected))
                Assert.True(
                    has ? JsonElement.DeepEquals(expected, value) : expected.ValueKind == JsonValueKind.Null,
                    $"{field} is {value}, not {expected}"
                );
            else
                Assert.Equal("urls", field);
        }
    }

    private static IEnumerable<string> References(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(p => p.NameEquals("$ref") ? [p.Value.GetString()!] : References(p.Value)),
            _ => [],
        };

    private static JsonElement Resolve(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var name)
            ? Document.GetProperty("components").GetProperty("schemas").GetProperty(name.GetString()!.Split('/')[^1])
            : schema;

    private static JsonTypeInfo TypeInfo(Type type) =>
        CrawlJson.Default.GetTypeInfo(type)
        ?? ApiJson.Default.GetTypeInfo(type)
        ?? JsonSerializerOptions.Web.GetTypeInfo(type);

    private static JsonElement Read()
    {
        using var resource = typeof(CrawlApi).Assembly.GetManifestResourceStream("openapi.json")!;
        return JsonDocument.Parse(resource).RootElement;
    }
}
