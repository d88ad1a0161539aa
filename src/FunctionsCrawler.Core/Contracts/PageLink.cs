namespace FunctionsCrawler.Contracts;

/// <summary>A link found on a page.</summary>
/// <param name="Url">
/// The absolute http or https URL as formatted by <see cref="System.Uri"/>, without a fragment unless it is a route (#/guide).
/// </param>
/// <param name="Text">The anchor's text with white space collapsed, alt texts of images included. May be empty.</param>
/// <param name="Internal">True if the link leads to the page's own host.</param>
public sealed record PageLink(string Url, string Text, bool Internal);
