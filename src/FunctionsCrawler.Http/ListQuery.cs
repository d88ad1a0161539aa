using System.Globalization;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>What a list of crawls is asked for.</summary>
internal sealed record ListQuery(CrawlStatusState? State, int Limit, string? After, IReadOnlyList<RequestFault> Faults)
{
    private const int Standard = 20;
    private const int Most = 100;

    /// <summary>Reads it from a query, with all that is wrong with it.</summary>
    public static ListQuery Read(IQueryCollection query)
    {
        var faults = new List<RequestFault>();
        CrawlStatusState? state = null;
        var limit = Standard;
        if (query["state"].ToString() is { Length: > 0 } asked)
        {
            if (
                Enum.TryParse<CrawlStatusState>(asked, ignoreCase: false, out var known) && !char.IsAsciiDigit(asked[0])
            )
                state = known;
            else
                faults.Add(
                    new RequestFault(
                        "state",
                        $"There is no state '{asked}'; there are {string.Join(", ", Enum.GetNames<CrawlStatusState>())}."
                    )
                );
        }
        if (
            query["limit"].ToString() is { Length: > 0 } number
            && (
                !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is 0 or > Most
            )
        )
            faults.Add(new RequestFault("limit", $"It is '{number}'; it must be a whole number from 1 to {Most}."));
        var after = query["after"].ToString();
        return new ListQuery(state, limit, after.Length > 0 ? after : null, faults);
    }
}
