using System.Xml;

namespace FunctionsCrawler.Extraction;

/// <summary>Limits the number of distinct names in an XML document, because an XML reader keeps every name it has seen.</summary>
internal sealed class BoundedNameTable : NameTable
{
    private const int MaxNames = 1000;

    private int _names;

    public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

    public override string Add(char[] key, int start, int len) =>
        Get(key, start, len) ?? Counted(base.Add(key, start, len));

    private string Counted(string name) =>
        ++_names <= MaxNames
            ? name
            : throw new InvalidDataException($"There are more than {MaxNames} different element and attribute names.");
}
