using System.Runtime.InteropServices;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Calls a handler for each signal that asks this process to end, instead of ending it at once. Otherwise the temp folders of
/// its browsers would remain until the next start.
/// </summary>
/// <remarks>
/// A signal that is ignored at the start stays ignored: the runtime installs no handler for it then. So <c>nohup</c> protects
/// from SIGHUP, and background jobs of a script from SIGINT and SIGQUIT.
/// </remarks>
internal sealed class StopSignals : IDisposable
{
    private readonly IReadOnlyList<PosixSignalRegistration> _registrations;

    /// <param name="onSignal">Called for each signal, on a thread of the pool. It must not throw.</param>
    public StopSignals(Action onSignal) =>
        _registrations = [
            .. All.Select(signal => PosixSignalRegistration.Create(signal, context => Handle(context, onSignal))),
        ];

    /// <summary>
    /// Interrupt (Ctrl+C), terminate (service managers), quit (Ctrl+\) and hang-up (the terminal was closed). On Windows:
    /// Ctrl+C, shutdown, Ctrl+Break and the closed console window.
    /// </summary>
    public static IReadOnlyList<PosixSignal> All { get; } =
    [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private static void Handle(PosixSignalContext context, Action onSignal)
    {
        context.Cancel = true;
        onSignal();
    }
}
