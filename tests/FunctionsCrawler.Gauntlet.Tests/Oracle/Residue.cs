namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>Kinds of residue.</summary>
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

/// <summary>One item of residue, with enough detail to find it.</summary>
internal sealed record Residue(ResidueKind Kind, string What)
{
    public override string ToString() => $"{Kind}: {What}";
}
