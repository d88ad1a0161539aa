using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Translates the field "actions".</summary>
internal sealed class ActionReader(RequestFindings findings)
{
    private const int MaxActions = 50;
    private const int MaxWaitMs = 60_000;

    private readonly List<PageAction> _steps = [];
    private string? _clicked;
    private int _waited;

    /// <summary>Whether the page is printed after the last step.</summary>
    public bool PrintsPdf { get; private set; }

    /// <summary>Reads the steps.</summary>
    public IReadOnlyList<PageAction> Read(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var items = fields.Items("actions");
        var path = fields.PathOf("actions");
        if (items.Count > MaxActions)
            findings.Refuse(path, $"There are {items.Count} actions; at most {MaxActions} are allowed.");
        foreach (var (i, item) in items.Index())
            Read(item, $"{path}[{i}]", i == items.Count - 1);
        if (_waited > MaxWaitMs)
            findings.Refuse(path, $"They wait for {_waited} ms; at most {MaxWaitMs} ms in all are allowed.");
        return _steps;
    }

    private void Read(JsonElement item, string path, bool isLast)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            findings.Refuse(path, $"It is {FieldReader.Shown(item)}; an object with a type is allowed.");
            return;
        }
        var fields = new FieldReader(item, path + ".", findings);
        switch (fields.Text("type"))
        {
            case "wait":
                Wait(fields, path);
                break;
            case "click":
                Click(fields, path);
                break;
            case "write":
                Write(fields, path);
                break;
            case "press":
                _steps.Add(new PageAction { Press = fields.Text("key") ?? "" });
                break;
            case "scroll":
                var direction = fields.Choice("direction", "up", "down") ?? "down";
                _steps.Add(new PageAction { Scroll = fields.Text("selector") is { } to ? $"css:{to}" : direction });
                break;
            case "screenshot":
                // Pictures of steps are of the whole page.
                fields.Skip("fullPage", "quality", "viewport");
                _steps.Add(new PageAction { Screenshot = NameOfPicture(_steps.Count) });
                break;
            case "executeJavascript":
                _steps.Add(new PageAction { Script = fields.Text("script") ?? "" });
                break;
            case "pdf" when isLast:
                fields.Skip("format", "landscape", "scale");
                PrintsPdf = true;
                break;
            case "pdf":
                findings.Refuse(path, "The page is printed after all steps; 'pdf' is allowed as the last action.");
                break;
            case var type:
                findings.Refuse(
                    path,
                    $"The action '{type}' is not offered; wait, click, write, press, scroll, screenshot, executeJavascript and pdf are offered."
                );
                return;
        }
        fields.ReportUnknown();
    }

    /// <summary>The name of the picture that a step takes.</summary>
    public static string NameOfPicture(int step) => string.Create(CultureInfo.InvariantCulture, $"step-{step}");

    private void Wait(FieldReader fields, string path)
    {
        var milliseconds = fields.Integer("milliseconds", 1, MaxWaitMs);
        var selector = fields.Text("selector");
        if (milliseconds is null == selector is null)
            findings.Refuse(path, "It waits for milliseconds or for a selector; exactly one of them is needed.");
        _waited += milliseconds ?? 0;
        _steps.Add(
            new PageAction
            {
                Wait = selector is null
                    ? (milliseconds ?? 0).ToString(CultureInfo.InvariantCulture)
                    : $"css:{selector}",
            }
        );
    }

    private void Click(FieldReader fields, string path)
    {
        _clicked = fields.Text("selector") is { } selector ? $"css:{selector}" : null;
        if (_clicked is null)
            findings.Refuse(path, "It has no selector; a click needs one.");
        if (fields.Flag("all", false))
            findings.Refuse($"{path}.all", "Clicking on all elements is not offered; the first one is clicked.");
        _steps.Add(new PageAction { Click = _clicked ?? "" });
    }

    // Firecrawl types into the focused element, which clients focus by a click.
    private void Write(FieldReader fields, string path)
    {
        var text = fields.Text("text") ?? "";
        if (_clicked is null)
            findings.Refuse(
                path,
                "There is no click before it; 'write' writes into the element that was clicked last."
            );
        else
            _steps.Add(
                new PageAction
                {
                    Write = new PageWrite { Into = _clicked, Text = text },
                }
            );
    }
}
