using System.Text.Json;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// What requests must not contain: what would reach the machine or the network of the server, and what needs a session or a
/// model. The sentence is crawl4ai's, because programs show it.
/// </summary>
internal static class RefusedParts
{
    private static readonly string[] Fields =
    [
        "proxy",
        "proxy_config",
        "proxy_rotation_strategy",
        "extra_args",
        "user_data_dir",
        "use_persistent_context",
        "channel",
        "chrome_channel",
        "cdp_url",
        "debugging_port",
        "host",
        "storage_state",
        "init_scripts",
        "browser_context_id",
        "target_id",
        "downloads_path",
        "c4a_script",
        "js_code_before_wait",
        "fallback_fetch_function",
        "experimental",
        "shared_data",
        "process_in_browser",
        "session_id",
        "js_only",
    ];

    private static readonly HashSet<string> Classes = new(StringComparer.Ordinal)
    {
        "LLMConfig",
        "LLMExtractionStrategy",
        "LLMTableExtraction",
        "LLMContentFilter",
        "LLMMarkdownStrategy",
        "ProxyConfig",
    };

    /// <summary>Whether objects of a class are refused.</summary>
    public static bool IsClass(string name) =>
        Classes.Contains(name)
        || (name.StartsWith("LLM", StringComparison.Ordinal) && name.EndsWith("Strategy", StringComparison.Ordinal));

    /// <summary>Refuses the fields of a configuration that have a value. Clients send fields without one, too.</summary>
    public static void Check(FieldReader fields, string config, RequestFindings findings)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(findings);
        foreach (var name in Fields)
            if (fields.Value(name) is { } value && !IsEmpty(value))
                findings.Refuse(
                    "",
                    $"Rejected request: field '{name}' is not permitted on {config} from an untrusted request"
                );
    }

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.False => true,
            JsonValueKind.String => value.GetString()!.Length == 0,
            JsonValueKind.Array => value.GetArrayLength() == 0,
            JsonValueKind.Object => !value.EnumerateObject().Any(),
            _ => false,
        };
}
