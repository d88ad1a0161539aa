using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>
/// How a compatible API words the errors that come from code shared by all routes: a missing key, a limit, an unknown route, a
/// failure. It is a feature of the request; without one, errors are problems (<see cref="Problem"/>).
/// </summary>
internal interface IErrorForm
{
    /// <summary>Creates an error response.</summary>
    IResult Error(int status, string detail);

    /// <summary>Creates the response for a request without a valid key.</summary>
    /// <param name="hasKey">Whether the request has a key, which then is not valid.</param>
    IResult Unauthorized(bool hasKey);

    /// <summary>Whether a request needs no key, such as a health probe.</summary>
    bool IsPublic(HttpRequest request);
}
