using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Hosting;

/// <summary>Finds secrets that a request names and this process does not have. For processes that visit pages themselves.</summary>
internal static class SecretCheck
{
    /// <summary>The missing secrets; none if the options are invalid for another reason.</summary>
    /// <param name="page">The options, which need not be valid.</param>
    public static IEnumerable<RequestFault> FindFaults(PageOptions? page)
    {
        if (page is null || CredentialValidator.Validate(page).Any())
            return [];
        OriginCredentials.Read(page, [], out var fault);
        return [.. fault is null ? (RequestFault[])[] : [fault], .. (page.Actions ?? []).SelectMany(InStep)];
    }

    private static RequestFault[] InStep(PageAction? action, int index) =>
        action?.Write?.Text is not { } text || text.TryRead(out _, out var fault)
            ? []
            : [new RequestFault($"page.actions[{index}].write.text", fault)];
}
