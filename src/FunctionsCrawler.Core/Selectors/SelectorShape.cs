using AngleSharp.Css;
using AngleSharp.Css.Dom;

namespace FunctionsCrawler.Selectors;

/// <summary>The outermost structure of a parsed selector: alternatives, parts joined by combinators, or one compound.</summary>
internal sealed class SelectorShape : ISelectorVisitor
{
    private SelectorShape() { }

    /// <summary>The selectors separated by commas; null if it is a single one.</summary>
    public IReadOnlyList<ISelector>? Alternatives { get; private set; }

    /// <summary>The compounds separated by combinators; null if there is only one.</summary>
    public IReadOnlyList<ISelector>? Parts { get; private set; }

    /// <summary>The combinators between <see cref="Parts"/>.</summary>
    public IReadOnlyList<string> Combinators { get; private set; } = [];

    /// <summary>The simple selectors of a compound; null if there is only one.</summary>
    public IReadOnlyList<ISelector>? Simples { get; private set; }

    /// <summary>A pseudo-class with its argument: "not(.a)". Null if it is none.</summary>
    public string? PseudoClassText { get; private set; }

    /// <summary>The name of a pseudo-element. Null if it is none.</summary>
    public string? PseudoElementName { get; private set; }

    /// <summary>Reads the structure of a selector.</summary>
    public static SelectorShape Of(ISelector selector)
    {
        var shape = new SelectorShape();
        selector.Accept(shape);
        return shape;
    }

    void ISelectorVisitor.List(IEnumerable<ISelector> selectors) => Alternatives = [.. selectors];

    void ISelectorVisitor.Combinator(IEnumerable<ISelector> selectors, IEnumerable<string> symbols) =>
        (Parts, Combinators) = ([.. selectors], [.. symbols]);

    void ISelectorVisitor.Many(IEnumerable<ISelector> selectors) => Simples = [.. selectors];

    void ISelectorVisitor.PseudoClass(string name) => PseudoClassText = name;

    void ISelectorVisitor.PseudoElement(string name) => PseudoElementName = name;

    void ISelectorVisitor.Attribute(string name, string op, string? value) { }

    void ISelectorVisitor.Type(string name) { }

    void ISelectorVisitor.Id(string value) { }

    void ISelectorVisitor.Child(string name, int step, int offset, ISelector selector) { }

    void ISelectorVisitor.Class(string name) { }
}
