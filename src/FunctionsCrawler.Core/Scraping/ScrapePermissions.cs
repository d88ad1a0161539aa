using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Scraping;

/// <summary>What the operator allows requests to do with pages.</summary>
/// <param name="Scripts">Whether scripts of requests run in pages.</param>
/// <param name="Login">As whom pages are visited, if a request begins at their origins; null: as anybody.</param>
internal sealed record ScrapePermissions(bool Scripts, LoginState? Login = null);
