namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>What kind of thing was left.</summary>
internal enum ResidueKind
{
    Process,
    Zombie,
    Driver,
    TempRoot,
    Lock,
    TempFile,
    SharedMemory,
    UnixSocket,
    OpenFile,
    Thread,
    ListeningPort,
}

/// <summary>One thing that was left, named so that it can be found.</summary>
internal sealed record Residue(ResidueKind Kind, string What)
{
    public override string ToString() => $"{Kind}: {What}";
}
