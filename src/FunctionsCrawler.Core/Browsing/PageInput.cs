using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Sends input of a mouse and a keyboard to a page, which cannot tell it from a user's.</summary>
internal sealed class PageInput(IPageSession session)
{
    /// <summary>Moves the pointer.</summary>
    /// <param name="x">CSS pixels from the left of the viewport.</param>
    /// <param name="y">CSS pixels from its top.</param>
    public Task MoveAsync(double x, double y) => MouseAsync("mouseMoved", x, y, clicks: 0);

    /// <summary>Clicks where the pointer is, twice for a double-click.</summary>
    /// <inheritdoc cref="MoveAsync"/>
    public async Task ClickAsync(double x, double y, int times)
    {
        for (var click = 1; click <= times; click++)
        {
            await MouseAsync("mousePressed", x, y, click).ConfigureAwait(false);
            await MouseAsync("mouseReleased", x, y, click).ConfigureAwait(false);
        }
    }

    /// <summary>Enters a text into the focused element, in place of what is selected there.</summary>
    public Task WriteAsync(string text) => session.SendAsync("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>Presses and releases a key.</summary>
    public async Task PressAsync(PageKey key)
    {
        await KeyAsync(key.Text is null ? "rawKeyDown" : "keyDown", key, key.Text).ConfigureAwait(false);
        await KeyAsync("keyUp", key, text: null).ConfigureAwait(false);
    }

    private Task<JsonElement> MouseAsync(string type, double x, double y, int clicks) =>
        session.SendAsync(
            "Input.dispatchMouseEvent",
            new JsonObject
            {
                ["type"] = type,
                ["x"] = x,
                ["y"] = y,
                ["button"] = clicks == 0 ? "none" : "left",
                ["clickCount"] = clicks,
            }
        );

    private Task<JsonElement> KeyAsync(string type, PageKey key, string? text)
    {
        var parameters = new JsonObject
        {
            ["type"] = type,
            ["key"] = key.Key,
            ["code"] = key.Code,
            ["windowsVirtualKeyCode"] = key.KeyCode,
        };
        if (text is not null)
            parameters["text"] = text;
        return session.SendAsync("Input.dispatchKeyEvent", parameters);
    }
}
