using System.Buffers;
using System.Text.Json;
using System.Xml.XPath;
using AngleSharp.Dom;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Extraction.Schema;

/// <summary>Extracts the items of a schema from one document.</summary>
/// <param name="schema">The schema.</param>
/// <param name="matches">The document and the budget.</param>
/// <param name="urls">Resolves URLs against the page.</param>
internal sealed class SchemaExtractor(CompiledSchema schema, Matches matches, UrlResolver urls)
{
    private const int MaxBytes = 8 * 1024 * 1024;
    private const int MaxListItems = 10_000;
    private const int CharactersPerStep = 64;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly HashSet<string> _stopped = new(StringComparer.Ordinal);
    private readonly List<PageWarning> _warnings = [];
    private bool _isFull;

    /// <summary>What is missing in the data, and why.</summary>
    public IReadOnlyList<PageWarning> Warnings => _warnings;

    /// <summary>The items: a list of objects.</summary>
    public JsonElement Extract()
    {
        var count = 0;
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartArray();
            try
            {
                foreach (var item in schema.Base.Select(matches, 0).Where(item => item.Text is null))
                {
                    if (count == schema.MaxItems || IsFull(json))
                    {
                        Warn(PageWarningCode.Truncated, $"data has only the first {count} items of the page.");
                        break;
                    }
                    count++;
                    WriteObject(json, schema.Fields, item);
                }
            }
            catch (Exception e) when (e is SelectionStoppedException or XPathException)
            {
                Stop("baseSelector", e);
            }
            json.WriteEndArray();
        }
        if (count == 0 && _warnings.Count == 0)
            Warn(PageWarningCode.NoData, "No element matches extract.schema.baseSelector.");
        // Items of which nothing fits are the fault of the page, not of the crawl: the data is still JSON.
        var reader = new Utf8JsonReader(_buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private void WriteObject(Utf8JsonWriter json, IReadOnlyList<CompiledField> fields, Selected item)
    {
        json.WriteStartObject();
        foreach (var field in fields)
            WriteField(json, field, item);
        json.WriteEndObject();
    }

    private void WriteField(Utf8JsonWriter json, CompiledField field, Selected item)
    {
        var options = field.Options;
        var isWritten = false;
        switch (options.Type)
        {
            case FieldType.List when field.Fields.Count == 0:
                isWritten = WriteValues(json, field, item);
                break;
            case FieldType.List or FieldType.NestedList:
                isWritten = WriteObjects(json, field, item);
                break;
            case FieldType.Nested:
                if (Select(field, item, 1) is [var nested, ..])
                {
                    json.WritePropertyName(options.Name);
                    WriteObject(json, field.Fields, nested);
                    isWritten = true;
                }
                break;
            default:
                if (Select(field, item, 1) is [var selected, ..] && TextOf(field, selected) is { } text)
                    isWritten = TryWrite(json, field, text, options.Name);
                break;
        }
        if (isWritten || options.Default is not { ValueKind: not JsonValueKind.Null } standard)
            return;
        json.WritePropertyName(options.Name);
        standard.WriteTo(json);
    }

    private bool WriteObjects(Utf8JsonWriter json, CompiledField field, Selected item)
    {
        var found = Select(field, item, MaxListItems);
        if (found.Count == 0)
            return false;
        json.WriteStartArray(field.Options.Name);
        foreach (var nested in found.TakeWhile(_ => !IsFull(json)))
            WriteObject(json, field.Fields, nested);
        json.WriteEndArray();
        return true;
    }

    private bool WriteValues(Utf8JsonWriter json, CompiledField field, Selected item)
    {
        var found = Select(field, item, MaxListItems);
        if (found.Count == 0)
            return false;
        json.WriteStartArray(field.Options.Name);
        foreach (var selected in found.TakeWhile(_ => !IsFull(json)))
            if (TextOf(field, selected) is { } text)
                TryWrite(json, field, text, null);
        json.WriteEndArray();
        return true;
    }

    private bool TryWrite(Utf8JsonWriter json, CompiledField field, string text, string? name)
    {
        var value = FieldValue.Transform(text, field.Options.Transform);
        if (name is null)
            return FieldValue.TryWrite(json, value, field.Options.As, urls);
        // A name cannot be taken back, so try the value alone first.
        var trial = new ArrayBufferWriter<byte>();
        using (var single = new Utf8JsonWriter(trial))
            if (!FieldValue.TryWrite(single, value, field.Options.As, urls))
                return false;
        json.WritePropertyName(name);
        json.WriteRawValue(trial.WrittenSpan, skipInputValidation: true);
        return true;
    }

    private List<Selected> Select(CompiledField field, Selected item, int most)
    {
        if (_stopped.Contains(field.Path))
            return [];
        // A text has no parts.
        if (field.Selector is null || item.Text is not null)
            return [item];
        try
        {
            List<Selected> found = [.. field.Selector.Select(matches, item.Node).Take(most + (most > 1 ? 1 : 0))];
            if (found.Count <= most)
                return found;
            Warn(PageWarningCode.Truncated, $"{field.Options.Name} has only the first {most} values.");
            return found[..most];
        }
        catch (Exception e) when (e is SelectionStoppedException or XPathException)
        {
            Stop($"{field.Path}.selector", e, field.Path);
            return [];
        }
    }

    private string? TextOf(CompiledField field, Selected selected)
    {
        if (_stopped.Contains(field.Path))
            return null;
        try
        {
            var text = ContentOf(field.Options, selected);
            return text is null || field.Pattern is not { } pattern ? text : pattern.Find(text, matches.Budget)?.Trim();
        }
        catch (SelectionStoppedException e)
        {
            Stop(field.Pattern is null ? field.Path : $"{field.Path}.pattern", e, field.Path);
            return null;
        }
    }

    private string? ContentOf(SchemaField options, Selected selected)
    {
        var element = selected.Text is null ? matches.Document.ElementAt(selected.Node)! : null;
        // Items may contain each other, so that their texts together are much longer than the page.
        if (element is not null)
            matches.Budget.Spend(matches.Document.EndOf(selected.Node) - selected.Node);
        var text =
            element is null ? selected.Text
            : options.Attribute is { } attribute ? element.GetAttribute(attribute)
            : options.Type == FieldType.Html ? InnerHtml.Of(element)
            : PlainText.Of(element);
        matches.Budget.Spend((text?.Length ?? 0) / CharactersPerStep);
        if (options.Type != FieldType.Html)
            text = text?.Trim();
        // An empty attribute is a value; an element without text is none.
        return text is null || (text.Length == 0 && options.Attribute is null) ? null : text;
    }

    private bool IsFull(Utf8JsonWriter json)
    {
        if (json.BytesCommitted + json.BytesPending < MaxBytes)
            return false;
        if (!_isFull)
            Warn(
                PageWarningCode.Truncated,
                $"data has reached its limit of {MaxBytes} bytes; further values are missing."
            );
        return _isFull = true;
    }

    private void Stop(string place, Exception reason, string? path = null)
    {
        if (path is null || _stopped.Add(path))
            Warn(
                PageWarningCode.ExtractionStopped,
                $"extract.schema.{place} was stopped on this page: {reason.Message.TrimEnd('.')}. Its values are missing."
            );
    }

    private void Warn(PageWarningCode code, string message)
    {
        if (!_warnings.Exists(w => string.Equals(w.Message, message, StringComparison.Ordinal)))
            _warnings.Add(new PageWarning(code, message));
    }
}
