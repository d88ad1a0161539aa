using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Serializes an enum as camelCase names; numbers are rejected when reading.</summary>
public sealed class CamelCaseEnumConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Serializes an enum as snake_case names; numbers are rejected when reading.</summary>
public sealed class SnakeCaseEnumConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
