using System.Text.Json.Nodes;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>The fields of configurations that have an effect here, with the values that they have if they are not given.</summary>
internal static class StandardConfigs
{
    /// <summary>A configuration with the name of its class.</summary>
    public static JsonObject Typed(string type, JsonObject fields) => new() { ["type"] = type, ["params"] = fields };

    /// <summary>The fields of a BrowserConfig.</summary>
    public static JsonObject Browser() =>
        new()
        {
            ["headless"] = true,
            ["viewport_width"] = 1080,
            ["viewport_height"] = 600,
            ["user_agent"] = null,
            ["cookies"] = new JsonArray(),
            ["headers"] = new JsonObject(),
            ["java_script_enabled"] = true,
        };

    /// <summary>The fields of a CrawlerRunConfig.</summary>
    public static JsonObject Run() =>
        new()
        {
            ["cache_mode"] = "bypass",
            ["stream"] = false,
            ["page_timeout"] = 60_000,
            ["wait_until"] = "domcontentloaded",
            ["wait_for"] = null,
            ["delay_before_return_html"] = 0.1,
            ["js_code"] = null,
            ["markdown_generator"] = null,
            ["extraction_strategy"] = null,
            ["deep_crawl_strategy"] = null,
            ["css_selector"] = null,
            ["target_elements"] = null,
            ["excluded_tags"] = new JsonArray(),
            ["excluded_selector"] = null,
            ["remove_forms"] = false,
            ["exclude_external_links"] = false,
            ["exclude_internal_links"] = false,
            ["exclude_social_media_links"] = false,
            ["exclude_domains"] = new JsonArray(),
            ["remove_overlay_elements"] = false,
            ["remove_consent_popups"] = false,
            ["scan_full_page"] = false,
            ["max_scroll_steps"] = null,
            ["process_iframes"] = false,
            ["screenshot"] = false,
            ["screenshot_wait_for"] = null,
            ["pdf"] = false,
            ["user_agent"] = null,
            ["locale"] = null,
            ["timezone_id"] = null,
            ["base_url"] = null,
            ["url_matcher"] = null,
            ["match_mode"] = "or",
        };
}
