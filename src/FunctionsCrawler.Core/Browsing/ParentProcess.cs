namespace FunctionsCrawler.Browsing;

/// <summary>The process that started this one.</summary>
public static class ParentProcess
{
    /// <summary>Its id now: another as soon as it has died. Null where the platform does not tell.</summary>
    public static int? Id => ProcessTable.Find(Environment.ProcessId)?.Parent;
}
