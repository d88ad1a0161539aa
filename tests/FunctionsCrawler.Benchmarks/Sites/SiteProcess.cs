using System.Diagnostics;
using FunctionsCrawler.Benchmarks.Measuring;

namespace FunctionsCrawler.Benchmarks.Sites;

/// <summary>A <see cref="BenchmarkSite"/> that was started as a child: this program again, with <c>site</c>.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private SiteProcess(Process process) => _process = process;

    /// <summary>Its root.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Starts one and waits until it listens.</summary>
    /// <exception cref="BenchmarkException">It did not.</exception>
    public static async Task<SiteProcess> StartAsync(SiteKind kind, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["site", "--kind", kind.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var site = new SiteProcess(Process.Start(start)!);
        try
        {
            var said = await site
                ._process.StandardOutput.ReadLineAsync(cancellationToken)
                .AsTask()
                .WaitAsync(Patience, cancellationToken);
            site.Url = new Uri(said ?? throw new BenchmarkException("the site ended before it listened"));
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
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}
