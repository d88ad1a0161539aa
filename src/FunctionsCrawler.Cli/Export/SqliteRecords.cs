using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;
using Microsoft.Data.Sqlite;

namespace FunctionsCrawler.Cli.Export;

/// <summary>
/// Writes records into a SQLite database: tables <c>pages</c> and <c>links</c>, and <c>search</c>, a full-text index of the
/// pages (FTS5).
/// </summary>
internal sealed class SqliteRecords : IRecordWriter
{
    // Bounds the memory of a transaction.
    private const int PagesPerTransaction = 500;

    private static readonly string Schema = $"""
        PRAGMA journal_mode = OFF;
        PRAGMA synchronous = OFF;
        CREATE TABLE crawl (id TEXT NOT NULL, sourceId TEXT);
        CREATE TABLE pages (id INTEGER PRIMARY KEY, {string.Join(", ", PageColumns.Names.Select(Column))});
        CREATE TABLE links (page INTEGER NOT NULL REFERENCES pages (id), url TEXT NOT NULL, text TEXT NOT NULL, internal INTEGER NOT NULL);
        CREATE VIRTUAL TABLE search USING fts5 (title, description, text, content = 'pages', content_rowid = 'id');
        """;

    // Built at the end, which is faster than with every row.
    private const string Indexes = """
        CREATE INDEX pages_url ON pages (url);
        CREATE INDEX links_page ON links (page);
        CREATE INDEX links_url ON links (url);
        """;

    private readonly SqliteConnection _database;
    private readonly FileSettings _files;
    private readonly SqliteCommand _addPage;
    private readonly SqliteCommand _addLink;
    private readonly SqliteCommand _addText;
    private SqliteTransaction _transaction;
    private long _pages;

    /// <summary>Creates a database.</summary>
    /// <param name="path">The file. It must not exist.</param>
    /// <param name="source">The crawl.</param>
    /// <param name="files">Which part of a page is its text.</param>
    public SqliteRecords(string path, ExportSource source, FileSettings files)
    {
        _files = files;
        var target = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        _database = new SqliteConnection(target.ConnectionString);
        _database.Open();
        Run(Schema);
        using (var about = Command("INSERT INTO crawl VALUES ($0, $1)", 2))
            Run(about, source.Id, source.SourceId);
        var places = string.Join(", ", PageColumns.Names.Select((_, i) => $"${i + 1}"));
        _addPage = Command($"INSERT INTO pages VALUES ($0, {places})", PageColumns.Names.Count + 1);
        _addLink = Command("INSERT INTO links VALUES ($0, $1, $2, $3)", 4);
        _addText = Command("INSERT INTO search (rowid, title, description, text) VALUES ($0, $1, $2, $3)", 4);
        _transaction = Begin();
    }

    /// <inheritdoc/>
    public Task AddAsync(PageRecord record)
    {
        var id = ++_pages;
        Run(_addPage, [id, .. PageColumns.Of(record, _files)]);
        Run(_addText, id, record.Title, record.Description, _files.ContentOf(record));
        foreach (var link in record.Links)
            Run(_addLink, id, link.Url, link.Text, link.Internal ? 1L : 0L);
        if (id % PagesPerTransaction == 0)
        {
            Commit();
            _transaction = Begin();
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync()
    {
        Commit();
        Run(Indexes);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _addPage.DisposeAsync();
        await _addLink.DisposeAsync();
        await _addText.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static string Column(string name) => $"{name} {(PageColumns.Numbers.Contains(name) ? "INTEGER" : "TEXT")}";

    private SqliteTransaction Begin()
    {
        var transaction = _database.BeginTransaction();
        _addPage.Transaction = _addLink.Transaction = _addText.Transaction = transaction;
        return transaction;
    }

    private void Commit()
    {
        _transaction.Commit();
        _transaction.Dispose();
    }

    private SqliteCommand Command(string sql, int values)
    {
        var command = _database.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        return command;
    }

    private static void Run(SqliteCommand command, params IReadOnlyList<object?> values)
    {
        for (var i = 0; i < values.Count; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
