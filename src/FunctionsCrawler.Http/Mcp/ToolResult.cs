using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Http.Compat;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>The results of tools.</summary>
internal static class ToolResult
{
    /// <summary>A text.</summary>
    /// <param name="text">The text, which is bounded.</param>
    /// <param name="after">The cursor of what follows; null if nothing does. It stands in the text, too.</param>
    public static CallToolResult Text(string text, string? after = null) =>
        new()
        {
            Content = [new TextContentBlock { Text = text }],
            Meta = after is null ? null : new JsonObject { ["after"] = after },
        };

    /// <summary>An error, as a code and a sentence.</summary>
    public static CallToolResult Fault(string code, string message) =>
        new() { IsError = true, Content = [new TextContentBlock { Text = $"{code}: {message}" }] };

    /// <summary>The error of a page.</summary>
    public static CallToolResult Fault(PageError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Fault(PageKinds.NameOf(error.Code), error.Message);
    }

    /// <summary>The error of a call that has to wait behind too many others.</summary>
    public static CallToolResult Busy(string what) => Fault("busy", $"Too many {what} are waiting; try again later.");

    /// <summary>The error of a call about a crawl that does not exist.</summary>
    public static CallToolResult NoCrawl(string id) =>
        Fault("not_found", $"There is no crawl '{id}'; the tool crawl returns the ids of crawls.");
}
