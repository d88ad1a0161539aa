using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Records the console of a page during one visit, up to limits. Messages over them are only counted. Not safe for concurrent use.
/// </summary>
/// <param name="secrets">Hides what is private in the request.</param>
/// <param name="token">How reports of <see cref="ConsoleLimiter"/> begin.</param>
internal sealed class ConsoleRecorder(SecretMask secrets, string token)
{
    /// <summary>How many characters of a message are recorded.</summary>
    public const int MaxTextLength = 2000;

    /// <summary>How many messages are recorded.</summary>
    public const int MaxMessages = 200;

    private const int MaxTotalLength = 65_536;
    private const int MaxOmitted = 1000;

    private readonly ConsoleText _text = new(secrets);
    private readonly List<ConsoleMessage> _messages = [];
    private int _length;
    private long _events;

    /// <summary>The messages.</summary>
    public IReadOnlyList<ConsoleMessage> Messages => _messages;

    /// <summary>How many messages were left out.</summary>
    public long Omitted { get; private set; }

    /// <summary>Whether so many events were left out that the browser should send no more of them.</summary>
    public bool IsFlooded => _events > MaxMessages + MaxOmitted;

    /// <summary>Records a call of a method of the console.</summary>
    public void OnCall(JsonElement e)
    {
        var type = EventText.Read(e, "type");
        var arguments = e.GetProperty("args");
        if (type is "debug" && ReportOf(arguments) is { } left)
        {
            Omitted += left;
            return;
        }
        if (type is "clear" or "endGroup" or "profile" or "profileEnd" || !HasRoom())
            return;
        var (url, line) = PlaceOf(e);
        var prefix = type is "assert" ? "Assertion failed: " : "";
        Add(LevelOf(type), prefix + _text.Of(arguments), url, line);
    }

    /// <summary>Records an exception that no script has caught.</summary>
    public void OnException(JsonElement e)
    {
        if (!HasRoom())
            return;
        var details = e.GetProperty("exceptionDetails");
        var thrown = details.TryGetProperty("exception", out var exception)
            ? EventText.Read(exception, "description") ?? EventText.Read(exception, "value")
            : null;
        var text = EventText.Read(details, "text") ?? "";
        // "Uncaught", and for rejected promises "Uncaught (in promise)".
        text = thrown is null || text.Contains(thrown, StringComparison.Ordinal) ? text : $"{text} {thrown}";
        var (url, line) = PlaceOf(details);
        Add(ConsoleLevel.Error, _text.Of(text), url ?? EventText.Read(details, "url"), line ?? LineOf(details));
    }

    /// <summary>Records a message of the browser.</summary>
    public void OnEntry(JsonElement e)
    {
        var entry = e.GetProperty("entry");
        // Requests that failed are recorded as such.
        if (EventText.Read(entry, "source") is "network" || !HasRoom())
            return;
        var level = EventText.Read(entry, "level") switch
        {
            "error" => ConsoleLevel.Error,
            "warning" => ConsoleLevel.Warning,
            "verbose" => ConsoleLevel.Debug,
            _ => ConsoleLevel.Info,
        };
        Add(level, _text.Of(EventText.Read(entry, "text") ?? ""), EventText.Read(entry, "url"), LineOf(entry));
    }

    private bool HasRoom()
    {
        _events++;
        if (_messages.Count < MaxMessages && _length < MaxTotalLength)
            return true;
        Omitted++;
        return false;
    }

    private void Add(ConsoleLevel level, string text, string? url, int? line)
    {
        var place = string.IsNullOrEmpty(url) ? null : EventUrl.Of(url, secrets);
        _messages.Add(new ConsoleMessage(level, text) { Url = place, Line = place is null ? null : line });
        _length += text.Length + (place?.Length ?? 0);
    }

    private long? ReportOf(JsonElement arguments) =>
        arguments.GetArrayLength() == 1
        && EventText.Read(arguments[0], "value") is { } text
        && text.StartsWith(token, StringComparison.Ordinal)
        && long.TryParse(text.AsSpan(token.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var left)
            ? left
            : null;

    // The first frame with a URL: the script that limits the console has none.
    private static (string? Url, int? Line) PlaceOf(JsonElement e)
    {
        if (!e.TryGetProperty("stackTrace", out var trace))
            return (null, null);
        foreach (var frame in trace.GetProperty("callFrames").EnumerateArray())
        {
            if (EventText.Read(frame, "url") is { Length: > 0 } url)
                return (url, LineOf(frame));
        }
        return (null, null);
    }

    // Lines of the protocol begin at 0.
    private static int? LineOf(JsonElement e) =>
        e.TryGetProperty("lineNumber", out var line) && line.TryGetInt32(out var number) ? number + 1 : null;

    private static ConsoleLevel LevelOf(string? type) =>
        type switch
        {
            "error" or "assert" => ConsoleLevel.Error,
            "warning" => ConsoleLevel.Warning,
            "info" => ConsoleLevel.Info,
            "debug" => ConsoleLevel.Debug,
            _ => ConsoleLevel.Log,
        };
}
