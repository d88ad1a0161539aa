using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction.Rendering;

/// <summary>What the markup of a page tells about whether rendering would add content.</summary>
/// <param name="Scripts">
/// The key of the page's scripts: pages with the same key run the same program, apart from the data in it, and have the same empty
/// elements. Null if the page has
/// no scripts.
/// </param>
/// <param name="Evidence">Why the page should be rendered; null if nothing says so.</param>
/// <param name="IsStrong">
/// Whether the evidence counts even if rendering added nothing to other pages with the same scripts. False without evidence.
/// </param>
internal sealed record RenderSigns(string? Scripts, RenderReason? Evidence, bool IsStrong);
