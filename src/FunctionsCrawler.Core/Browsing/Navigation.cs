namespace FunctionsCrawler.Browsing;

/// <summary>Chromium's answer to a navigation.</summary>
/// <param name="Loader">Loader id of the new document; null for a navigation within the current document.</param>
/// <param name="Error">Chromium's net error ("net::ERR_…"), or null.</param>
/// <param name="IsDownload">Whether the response became a download instead of a document.</param>
internal sealed record Navigation(string? Loader, string? Error, bool IsDownload);
