namespace FunctionsCrawler.Contracts;

/// <summary>How often <see cref="RenderMode.Auto"/> decided what. Counts the pages for which there was a decision.</summary>
/// <param name="Http">Pages taken over HTTP, verified ones included.</param>
/// <param name="Browser">Pages that a browser rendered, corrected ones included.</param>
/// <param name="Verified">Pages that were rendered to verify the decision for HTTP, whatever the result.</param>
/// <param name="Corrected">Of these, pages to which rendering added content.</param>
public sealed record RenderDecisions(int Http, int Browser, int Verified, int Corrected);
