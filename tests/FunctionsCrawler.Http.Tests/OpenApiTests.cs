using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Http.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FunctionsCrawler.Http.Tests;

/// <summary>The OpenAPI document matches the code: routes, fields, enum values and defaults.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonElement Document = Read();

    public static TheoryData<string, Type> Schemas =>
        new()
        {
            { "CrawlRequest", typeof(CrawlRequest) },
            { "PageRequest", typeof(PageRequest) },
            { "MapRequest", typeof(MapRequest) },
            { "SiteMap", typeof(SiteMap) },
            { "AcceptedCrawl", typeof(AcceptedCrawl) },
            { "CrawlStatus", typeof(Contracts.CrawlStatus) },
            { "CrawlList", typeof(Contracts.CrawlList) },
            { "PageRecord", typeof(PageRecord) },
            { "CrawlSummary", typeof(CrawlSummary) },
            { "HealthReport", typeof(HealthReport) },
            { "Problem", typeof(Problem) },
        };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Schema_Type_SameFields(string name, Type type) =>
        AssertSame(Document.GetProperty("components").GetProperty("schemas").GetProperty(name), TypeInfo(type), name);

    [Fact]
    public void Version_IsTheBuilds()
    {
        var answer = Assert.IsType<FileContentHttpResult>(CrawlApi.Describe());
        var described = JsonElement.Parse(answer.FileContents.Span);

        Assert.Equal(CrawlerVersion.Package, described.GetProperty("info").GetProperty("version").GetString());
    }

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

    [Theory]
    [InlineData(typeof(CrawlRequest), "urls")]
    [InlineData(typeof(PageRequest), "url")]
    [InlineData(typeof(MapRequest), "url")]
    public void Defaults_Request_SameAsInCode(Type type, string required)
    {
        var written = JsonSerializer.SerializeToElement(Activator.CreateInstance(type), TypeInfo(type));

        AssertDefaults(
            Document.GetProperty("components").GetProperty("schemas").GetProperty(type.Name),
            written,
            "",
            required
        );
    }

    [Fact]
    public void ExtractSchemaInDocs_SamePropertiesAsHere()
    {
        var docs = JsonElement.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "extract-schema.json")));
        var schemas = Document.GetProperty("components").GetProperty("schemas");

        AssertSameText(schemas.GetProperty("ExtractSchema"), docs);
        AssertSameText(schemas.GetProperty("SchemaField"), docs.GetProperty("$defs").GetProperty("field"));

        static void AssertSameText(JsonElement expected, JsonElement actual) =>
            Assert.Equal(
                expected
                    .GetProperty("properties")
                    .GetRawText()
                    .Replace("#/components/schemas/SchemaField", "#/$defs/field", StringComparison.Ordinal)
                    .ReplaceLineEndings("")
                    .Replace(" ", "", StringComparison.Ordinal),
                actual
                    .GetProperty("properties")
                    .GetRawText()
                    .ReplaceLineEndings("")
                    .Replace(" ", "", StringComparison.Ordinal)
            );
    }

    [Fact]
    public void References_All_Exist()
    {
        var pointers = References(Document).ToList();

        Assert.NotEmpty(pointers);
        Assert.All(pointers, pointer => Assert.True(Exists(pointer), pointer));

        static bool Exists(string pointer)
        {
            var place = Document;
            return pointer.Split('/').Skip(1).All(name => place.TryGetProperty(name, out place));
        }
    }

    [Fact]
    public void Operations_All_DeclareErrorResponses()
    {
        var operations = Document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Where(o => o.Name != "parameters"));

        Assert.All(
            operations,
            operation =>
            {
                var declared = operation.Value.GetProperty("responses").EnumerateObject().Select(r => r.Name).ToList();
                Assert.Empty(new[] { "401", "421", "429", "500" }.Except(declared));
                Assert.Equal(operation.Name is "post" or "delete", declared.Contains("403"));
            }
        );
    }

    [Fact]
    public void SecuritySchemes_All_AcceptedByApiKeys()
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

    private static void AssertSame(JsonElement schema, JsonTypeInfo type, string path)
    {
        schema = Resolve(schema);
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            if (schema.GetProperty("items").EnumerateObject().Any())
                AssertSame(schema.GetProperty("items"), TypeInfo(type.ElementType!), path + "[]");
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
                names.EnumerateArray().Select(n => n.GetString()).OfType<string>()
            );
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var properties = schema.GetProperty("properties");
        var fields = type.Properties.Where(p => p.Get is not null).ToList();
        Assert.True(
            fields.Select(p => p.Name).Order().SequenceEqual(properties.EnumerateObject().Select(p => p.Name).Order()),
            $"{path}: {string.Join(", ", fields.Select(p => p.Name))}"
        );
        // Fields of a schema contain fields.
        foreach (
            var field in fields.Where(f =>
                f.PropertyType != typeof(IReadOnlyList<SchemaField>) || type.Type != typeof(SchemaField)
            )
        )
            AssertSame(properties.GetProperty(field.Name), TypeInfo(field.PropertyType), $"{path}.{field.Name}");
    }

    private static void AssertDefaults(JsonElement schema, JsonElement written, string path, string required)
    {
        foreach (var property in Resolve(schema).GetProperty("properties").EnumerateObject())
        {
            var field = $"{path}{property.Name}";
            var has = written.TryGetProperty(property.Name, out var value);
            if (property.Value.TryGetProperty("$ref", out _))
                AssertDefaults(property.Value, value, field + ".", required);
            else if (property.Value.TryGetProperty("default", out var expected))
                Assert.True(
                    has ? JsonElement.DeepEquals(expected, value) : expected.ValueKind == JsonValueKind.Null,
                    $"{field} is {value}, not {expected}"
                );
            else
                Assert.Equal(required, field);
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
        // A schema or null.
        schema.TryGetProperty("anyOf", out var any)
            ? Resolve(any[0])
        : schema.TryGetProperty("$ref", out var name)
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
