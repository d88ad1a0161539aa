using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// What a page opens beside its own document: popups, which are closed as they appear, and dedicated workers, whose traffic
/// the browser does not report to the page's session.
/// </summary>
internal sealed class ChildTargets
{
    private readonly IPageSession _page;
    private readonly Action<string, JsonElement> _onEvent;
    private int _lastId;

    /// <param name="page">The session of the page.</param>
    /// <param name="onEvent">Called with the name and the parameters of each event of a worker.</param>
    public ChildTargets(IPageSession page, Action<string, JsonElement> onEvent)
    {
        (_page, _onEvent) = (page, onEvent);
        page.On("Target.attachedToTarget", e => OnAttached(e, SendToPage));
        page.On("Target.receivedMessageFromTarget", e => OnMessage(e, SendToPage));
    }

    /// <summary>Attaches to every popup and worker of the page from now on.</summary>
    public Task AttachAsync() => _page.SendAsync("Target.setAutoAttach", AutoAttach());

    // The workers are not awaited: bytes that they receive before they are attached to are few, and not counted.
    private void OnAttached(JsonElement e, Action<string, JsonObject> sendToParent)
    {
        var session = e.GetProperty("sessionId").GetString()!;
        if (e.GetProperty("targetInfo").GetProperty("type").ValueEquals("page"))
        {
            SendToChild(session, "Page.close", [], sendToParent);
            return;
        }
        var unbuffered = new JsonObject { ["maxTotalBufferSize"] = 0, ["maxResourceBufferSize"] = 0 };
        SendToChild(session, "Network.enable", unbuffered, sendToParent);
        // A worker can have workers.
        SendToChild(session, "Target.setAutoAttach", AutoAttach(), sendToParent);
    }

    private void OnMessage(JsonElement e, Action<string, JsonObject> sendToParent)
    {
        var session = e.GetProperty("sessionId").GetString()!;
        using var message = JsonDocument.Parse(e.GetProperty("message").GetString()!);
        if (!message.RootElement.TryGetProperty("method", out var method))
            return;
        var parameters = message.RootElement.GetProperty("params");
        switch (method.GetString())
        {
            case "Target.attachedToTarget":
                OnAttached(parameters, SendToThis);
                break;
            case "Target.receivedMessageFromTarget":
                OnMessage(parameters, SendToThis);
                break;
            case var name:
                _onEvent(name!, parameters);
                break;
        }

        void SendToThis(string name, JsonObject arguments) => SendToChild(session, name, arguments, sendToParent);
    }

    private void SendToPage(string method, JsonObject parameters) => _page.SendAsync(method, parameters).Observe();

    // Sessions within a session: Playwright has no other way to talk to a target of its pages.
    private void SendToChild(
        string session,
        string method,
        JsonObject parameters,
        Action<string, JsonObject> sendToParent
    )
    {
        var call = new JsonObject
        {
            ["id"] = Interlocked.Increment(ref _lastId),
            ["method"] = method,
            ["params"] = parameters,
        };
        sendToParent(
            "Target.sendMessageToTarget",
            new JsonObject { ["sessionId"] = session, ["message"] = call.ToJsonString() }
        );
    }

    private static JsonObject AutoAttach()
    {
        JsonArray filter =
        [
            new JsonObject { ["type"] = "page" },
            new JsonObject { ["type"] = "worker" },
            new JsonObject { ["exclude"] = true },
        ];
        return new JsonObject
        {
            ["autoAttach"] = true,
            ["waitForDebuggerOnStart"] = false,
            ["flatten"] = false,
            ["filter"] = filter,
        };
    }
}
