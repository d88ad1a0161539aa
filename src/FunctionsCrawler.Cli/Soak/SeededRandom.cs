namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// A pseudorandom generator that yields the same sequence for a seed on every platform and .NET version (SplitMix64, by
/// G. Steele, D. Lea and C. Flood, 2014).
/// </summary>
internal sealed class SeededRandom(int seed, int stream)
{
    private ulong _state = ((ulong)(uint)seed << 32) | (uint)stream;

    /// <summary>A number from 0 to <paramref name="count"/> - 1.</summary>
    public int Next(int count)
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)count);
    }

    /// <summary>One of <paramref name="values"/>.</summary>
    public T Pick<T>(params ReadOnlySpan<T> values) => values[Next(values.Length)];
}
