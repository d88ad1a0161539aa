namespace FunctionsCrawler.Contracts;

/// <summary>A data table of a page. Tables for layout are left out.</summary>
/// <param name="Headers">
/// The texts of the header row, one for each column; several header rows are joined by a space. Empty if the table has none.
/// </param>
/// <param name="Rows">The texts of the other rows. A cell that spans rows or columns is repeated in each of them.</param>
public sealed record PageTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The text of the caption. Null if there is none.</summary>
    public string? Caption { get; init; }
}
