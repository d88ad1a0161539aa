using System.Globalization;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>The query string of GET /api/crawls.</summary>
internal sealed record ListQuery(CrawlStatusState? State, int Limit, string? After, IReadOnlyList<RequestFault> Faults)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <summary>Parses a query string and collects all faults.</summary>
    public static ListQuery Read(IQueryCollection query)
    {
        var faults = new List<RequestFault>();
        CrawlStatusState? state = null;
        var limit = DefaultLimit;
        if (query["state"].ToString() is { Length: > 0 } text)
        {
            if (Enum.TryParse<CrawlStatusState>(text, ignoreCase: false, out var known) && !char.IsAsciiDigit(text[0]))
                state = known;
            else
                faults.Add(
                    new RequestFault(
                        "state",
                        $"It is '{text}'; it must be one of {string.Join(", ", Enum.GetNames<CrawlStatusState>())}."
                    )
                );
        }
        if (
            query["limit"].ToString() is { Length: > 0 } number
            && (
                !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is 0 or > MaxLimit
            )
        )
            faults.Add(new RequestFault("limit", $"It is '{number}'; it must be a whole number from 1 to {MaxLimit}."));
        var after = query["after"].ToString();
        return new ListQuery(state, limit, after.Length > 0 ? after : null, faults);
    }
}
