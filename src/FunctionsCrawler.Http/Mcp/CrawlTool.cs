using System.Buffers;
using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Http.Compat;
using FunctionsCrawler.Memory;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>
/// A tool of the MCP server. It translates arguments into a request of ours and the result into text; what it refuses and what
/// fails is a result with an error, which the model can read, and not an error of the protocol.
/// </summary>
/// <param name="tool">How the tool is described to clients.</param>
/// <param name="calls">Ends the calls that are running when the server stops.</param>
internal abstract class CrawlTool(Tool tool, CallsInProgress calls) : McpServerTool
{
    /// <inheritdoc/>
    public override Tool ProtocolTool { get; } = tool;

    /// <inheritdoc/>
    public override IReadOnlyList<object> Metadata => [];

    /// <inheritdoc/>
    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        using var call = calls.Begin(cancellationToken);
        try
        {
            return await RunAsync(new ToolArguments(ArgumentsOf(request)), call.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ToolResult.Fault("stopping", "The server is stopping.");
        }
        catch (WorkerExhaustedException)
        {
            return ToolResult.Fault("exhausted", "This server has no memory left for browsers and is restarting.");
        }
        catch (BrowserLaunchException)
        {
            return ToolResult.Fault("no_browser", "No browser could be started; the log of the server has the reason.");
        }
        catch (IOException)
        {
            return ToolResult.Fault("storage", "The storage is not available. No data was lost; try again later.");
        }
    }

    /// <summary>Runs a call.</summary>
    /// <param name="arguments">The arguments, which the tool reads and checks.</param>
    /// <param name="cancellationToken">Cancelled when the client cancels the call or leaves, and when the server stops.</param>
    protected abstract Task<CallToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken);

    private static JsonElement ArgumentsOf(RequestContext<CallToolRequestParams> request)
    {
        var content = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            if (request.Params?.Arguments is { } arguments)
                foreach (var (name, value) in arguments)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            json.WriteEndObject();
        }
        return JsonElement.Parse(content.WrittenSpan);
    }
}

/// <summary>The arguments of a call.</summary>
/// <param name="arguments">A JSON object.</param>
internal sealed class ToolArguments(JsonElement arguments)
{
    // The arguments of the tools that the fields of our requests come from.
    private static readonly (string Ours, string Argument)[] Names =
    [
        ("page.waitFor", "waitFor"),
        ("extract.include", "selector"),
        ("extract.formats", "formats"),
        ("maxPages", "limit"),
        ("maxDepth", "depth"),
        ("urls[0]", "url"),
    ];

    private readonly RequestFindings _findings = new();

    /// <summary>Reads the fields.</summary>
    public FieldReader Fields => field ??= new FieldReader(arguments, "", _findings);

    /// <summary>Adds a fault.</summary>
    public void Refuse(string name, string message) => _findings.Refuse(name, message);

    /// <summary>Returns the result for a call with faults, otherwise null. Call it when all arguments have been read.</summary>
    /// <param name="validate">Returns the faults of the translated request.</param>
    public CallToolResult? FindRefusal(Func<IEnumerable<RequestFault>>? validate = null)
    {
        Fields.ReportUnknown();
        foreach (var name in _findings.Unknown)
            _findings.Refuse(name, "There is no such argument.");
        if (_findings.Faults.Count == 0 && validate is not null)
            _findings.Refuse(validate().Select(Renamed));
        return _findings.Faults is []
            ? null
            : ToolResult.Fault(
                "invalid_request",
                string.Join(' ', _findings.Faults.Select(fault => $"{fault.Field}: {fault.Message}"))
            );
    }

    private static RequestFault Renamed(RequestFault fault)
    {
        var (ours, argument) = Array.Find(Names, n => fault.Field.StartsWith(n.Ours, StringComparison.Ordinal));
        return ours is null ? fault : fault with { Field = argument };
    }
}
