using System.Globalization;
using System.Text;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Export;

/// <summary>Writes records as CSV (RFC 4180) in UTF-8, with a header.</summary>
/// <param name="output">Where to write.</param>
/// <param name="files">Which part of a page is its text.</param>
/// <param name="keepFormulas">
/// Whether text that a spreadsheet would run as a formula is written as it is. Otherwise it gets an apostrophe, because it comes
/// from pages that nobody vouches for.
/// </param>
internal sealed class CsvRecords(Stream output, FileSettings files, bool keepFormulas) : IRecordWriter
{
    private readonly StreamWriter _lines = new(output, new UTF8Encoding(false), 16 * 1024) { NewLine = "\r\n" };

    private bool _hasHeader;

    /// <inheritdoc/>
    public async Task AddAsync(PageRecord record)
    {
        await WriteHeaderAsync();
        await _lines.WriteLineAsync(string.Join(',', PageColumns.Of(record, files).Select(Field)));
    }

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        // A crawl without pages has a header too.
        await WriteHeaderAsync();
        await _lines.FlushAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => output.DisposeAsync();

    private async Task WriteHeaderAsync()
    {
        if (_hasHeader)
            return;
        _hasHeader = true;
        await _lines.WriteLineAsync(string.Join(',', PageColumns.Names));
    }

    private string Field(object? value) =>
        value is string text
            ? Quote(keepFormulas || !IsFormula(text) ? text : "'" + text)
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    // Spreadsheets run what begins with one of these, also after spaces, and in full width.
    private static bool IsFormula(string text) =>
        text.AsSpan().TrimStart(" \u00a0\u3000\ufeff")
            is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r' or '\n', ..];

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 && text.Trim().Length == text.Length
            ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
