namespace FunctionsCrawler.Fetching;

/// <summary>Carries a <see cref="PageError"/> out of a place that can only throw, such as a connection being made.</summary>
/// <param name="error">What the fetch ends with.</param>
public sealed class PageErrorException(PageError error) : Exception(error.Message)
{
    /// <summary>What the fetch ends with.</summary>
    public PageError Error { get; } = error;
}
