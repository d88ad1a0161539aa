using FunctionsCrawler.Browsing;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>Log lines about orphans: what killed workers left behind.</summary>
internal static partial class OrphanLog
{
    /// <summary>Logs each removed orphan.</summary>
    public static void Swept(this ILogger logger, IEnumerable<SweptOrphan> orphans)
    {
        foreach (var orphan in orphans)
            logger.Swept(orphan.Folder, orphan.Killed, orphan.IsClean);
    }

    [LoggerMessage(2001, LogLevel.Warning, "Orphan folder {Folder} swept; {Killed} processes killed; clean: {IsClean}")]
    private static partial void Swept(this ILogger logger, string folder, int killed, bool isClean);

    [LoggerMessage(2006, LogLevel.Warning, "Orphans not swept, the timer will try again: {Reason}")]
    public static partial void NotSwept(this ILogger logger, string reason);
}
