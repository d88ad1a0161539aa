using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Hosting;

/// <summary>Finds secrets that a request names and this process does not have. For processes that visit pages themselves.</summary>
internal static class SecretCheck
{
    /// <summary>The first missing secret; none if the options are invalid for another reason.</summary>
    /// <param name="page">The options, which need not be valid.</param>
    public static IEnumerable<RequestFault> FindFaults(PageOptions? page)
    {
        if (page is null || CredentialValidator.Validate(page).Any())
            return [];
        OriginCredentials.Read(page, [], out var fault);
        return fault is null ? [] : [fault];
    }
}
