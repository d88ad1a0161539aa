using System.Diagnostics;
using FunctionsCrawler.Benchmarks.Measuring;

namespace FunctionsCrawler.Benchmarks.Sites;

/// <summary>A <see cref="BenchmarkSite"/> in a child process: this program with the command <c>site</c>.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private SiteProcess(Process process) => _process = process;

    /// <summary>The root URL of the site.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Starts the process and waits until the site listens, at most for a minute.</summary>
    /// <exception cref="BenchmarkException">The process exited before it listened.</exception>
    public static Task<SiteProcess> StartAsync(SiteKind kind, CancellationToken cancellationToken) =>
        StartAsync(kind, pages: 1, cancellationToken);

    /// <inheritdoc cref="StartAsync(SiteKind, CancellationToken)"/>
    /// <param name="kind">What is served.</param>
    /// <param name="pages">The number of pages.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<SiteProcess> StartAsync(SiteKind kind, int pages, CancellationToken cancellationToken)
    {
        string[] arguments = ["site", "--kind", $"{kind}", "--pages", $"{pages}"];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var site = new SiteProcess(Process.Start(start)!);
        try
        {
            var line = await site
                ._process.StandardOutput.ReadLineAsync(cancellationToken)
                .AsTask()
                .WaitAsync(Limit, cancellationToken);
            site.Url = new Uri(line ?? throw new BenchmarkException("the site process exited before it listened"));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(Limit);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
