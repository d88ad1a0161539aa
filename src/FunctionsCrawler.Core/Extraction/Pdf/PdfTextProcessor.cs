using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Geometry;
using UglyToad.PdfPig.Graphics;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Parser;
using UglyToad.PdfPig.PdfFonts;
using UglyToad.PdfPig.Tokenization.Scanner;
using UglyToad.PdfPig.Tokens;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Draws a page and keeps only its text. The limits are checked for every glyph and every form, because a form may draw others
/// any number of times.
/// </summary>
internal sealed class PdfTextProcessor(
    int pageNumber,
    IResourceStore resources,
    IPdfTokenScanner scanner,
    IPageContentParser parser,
    ILookupFilterProvider filters,
    CropBox cropBox,
    UserSpaceUnit unit,
    PageRotationDegrees rotation,
    TransformationMatrix initialMatrix,
    ParsingOptions options,
    PdfMeter meter
)
    : BaseStreamProcessor<PdfPageText>(
        pageNumber,
        resources,
        scanner,
        parser,
        filters,
        cropBox,
        unit,
        rotation,
        initialMatrix,
        options
    )
{
    private const int GlyphsPerCheck = 256;

    private readonly PdfPageText _text = new();
    private int _glyphs;

    /// <inheritdoc/>
    public override PdfPageText Process(int pageNumberCurrent, IReadOnlyList<IGraphicsStateOperation> operations)
    {
        CloneAllStates();
        ProcessOperations(operations);
        return _text;
    }

    /// <inheritdoc/>
    public override void RenderGlyph(
        IFont font,
        CurrentGraphicsState currentState,
        double fontSize,
        double pointSize,
        int code,
        string unicode,
        long currentOffset,
        in TransformationMatrix renderingMatrix,
        in TransformationMatrix textMatrix,
        in TransformationMatrix transformationMatrix,
        CharacterBoundingBox characterBoundingBox
    )
    {
        if (++_glyphs % GlyphsPerCheck == 0)
            meter.Check();
        if (_glyphs > meter.Limits.MaxPageGlyphs)
            meter.Fail($"a page of the PDF draws more than {meter.Limits.MaxPageGlyphs} characters");
        if (unicode is null)
            return;
        var matrix = renderingMatrix.Multiply(textMatrix).Multiply(transformationMatrix);
        var start = matrix.Transform(new PdfPoint(0, 0));
        var end = matrix.Transform(new PdfPoint(characterBoundingBox.Width, 0));
        _text.Add(unicode, start, end, Math.Abs(pointSize));
    }

    /// <inheritdoc/>
    public override void ApplyXObject(NameToken xObjectName)
    {
        meter.Check();
        base.ApplyXObject(xObjectName);
    }

    // Everything else that is drawn has no text.

    /// <inheritdoc/>
    protected override void RenderXObjectImage(XObjectContentRecord xObjectContentRecord) { }

    /// <inheritdoc/>
    public override void BeginSubpath() { }

    /// <inheritdoc/>
    public override PdfPoint? CloseSubpath() => null;

    /// <inheritdoc/>
    public override void StrokePath(bool close) { }

    /// <inheritdoc/>
    public override void FillPath(FillingRule fillingRule, bool close) { }

    /// <inheritdoc/>
    public override void FillStrokePath(FillingRule fillingRule, bool close) { }

    /// <inheritdoc/>
    public override void MoveTo(double x, double y) { }

    /// <inheritdoc/>
    public override void BezierCurveTo(double x2, double y2, double x3, double y3) { }

    /// <inheritdoc/>
    public override void BezierCurveTo(double x1, double y1, double x2, double y2, double x3, double y3) { }

    /// <inheritdoc/>
    public override void LineTo(double x, double y) { }

    /// <inheritdoc/>
    public override void Rectangle(double x, double y, double width, double height) { }

    /// <inheritdoc/>
    public override void EndPath() { }

    /// <inheritdoc/>
    public override void ClosePath() { }

    /// <inheritdoc/>
    public override void ModifyClippingIntersect(FillingRule clippingRule) { }

    /// <inheritdoc/>
    protected override void ClipToRectangle(PdfRectangle rectangle, FillingRule clippingRule) { }

    /// <inheritdoc/>
    protected override void RenderInlineImage(InlineImage inlineImage) { }

    /// <inheritdoc/>
    public override void BeginMarkedContent(
        NameToken name,
        NameToken? propertyDictionaryName,
        DictionaryToken? properties
    ) { }

    /// <inheritdoc/>
    public override void EndMarkedContent() { }

    /// <inheritdoc/>
    public override void PaintShading(NameToken shadingName) { }
}
