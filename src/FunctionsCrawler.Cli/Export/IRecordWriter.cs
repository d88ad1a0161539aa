using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Export;

/// <summary>Writes records in one format, one at a time.</summary>
internal interface IRecordWriter : IAsyncDisposable
{
    /// <summary>Writes a record.</summary>
    Task AddAsync(PageRecord record);

    /// <summary>Writes what is left. Without it, the output is incomplete.</summary>
    Task CompleteAsync();
}
