namespace FunctionsCrawler.Browsing;

/// <summary>The process that started this one.</summary>
internal static class ParentProcess
{
    /// <summary>
    /// Its current id, which changes when the parent dies and this process is reparented. Null if the platform has no
    /// process table.
    /// </summary>
    public static int? Id => ProcessTable.Find(Environment.ProcessId)?.Parent;
}
