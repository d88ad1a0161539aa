using System.Text;

namespace FunctionsCrawler.Cli.Shell;

/// <summary>
/// Writes to a terminal until it is closed. The program gets SIGHUP then, and must still dispose its browsers and write its
/// results, but every further write to the terminal fails with EIO, even that of the message that it is cancelling.
/// </summary>
/// <remarks>Only for terminals. For a file or a pipe a failed write is a fault, such as a full disk.</remarks>
internal sealed class TerminalWriter(TextWriter terminal) : TextWriter
{
    private volatile bool _isClosed;

    /// <inheritdoc/>
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>Uses this writer for those of standard output and standard error that are terminals.</summary>
    public static void Install()
    {
        if (!Console.IsOutputRedirected)
            Console.SetOut(new TerminalWriter(Console.Out));
        if (!Console.IsErrorRedirected)
            Console.SetError(new TerminalWriter(Console.Error));
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write([value], 0, 1);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count)
    {
        if (_isClosed)
            return;
        try
        {
            terminal.Write(buffer, index, count);
        }
        catch (IOException)
        {
            // Nobody is left to tell.
            _isClosed = true;
        }
    }
}
