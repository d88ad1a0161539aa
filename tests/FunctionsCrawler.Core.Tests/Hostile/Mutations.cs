using FsCheck;
using FsCheck.Fluent;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>Generates nearly valid text: samples with pieces inserted, removed, repeated and overwritten.</summary>
internal static class Mutations
{
    public static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(2000);

    public static Gen<string> Of(string[] samples, string[] pieces) =>
        from sample in Gen.Elements(samples)
        from edits in Edits(pieces).ListOf()
        select edits.Aggregate(sample, (text, edit) => edit.Apply(text));

    private static Gen<Edit> Edits(string[] pieces) =>
        from place in Gen.Choose(0, 10_000)
        from removed in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, 8)), (1, Gen.Choose(9, 80)))
        from times in Gen.Frequency((6, Gen.Constant(1)), (2, Gen.Choose(0, 4)), (1, Gen.Choose(5, 200)))
        from piece in Gen.OneOf(Gen.Elements(pieces), Gen.Choose(0, 0xffff).Select(code => ((char)code).ToString()))
        select new Edit(place, removed, times, piece);

    private sealed record Edit(int Place, int Removed, int Times, string Piece)
    {
        public string Apply(string text)
        {
            var start = (int)((long)text.Length * Place / 10_000);
            var end = Math.Min(start + Removed, text.Length);
            return string.Concat(
                text.AsSpan(0, start),
                string.Concat(Enumerable.Repeat(Piece, Times)),
                text.AsSpan(end)
            );
        }
    }
}
