using Microsoft.Extensions.Options;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Validates options by their data annotations and reports all errors at once. Source-generated, so it needs no reflection.
/// </summary>
[OptionsValidator]
internal sealed partial class CrawlerOptionsValidator : IValidateOptions<CrawlerOptions>;
