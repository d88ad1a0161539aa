using System.CommandLine;
using System.Globalization;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Raises the limits of a crawl that is resumed.</summary>
internal sealed class ResumeLimits(RequestOptions options, TimeProvider time)
{
    /// <summary>Raises the limits given on the command line, if there are any.</summary>
    /// <exception cref="UsageException">A limit is lower than before, or raising it would have no effect.</exception>
    public async Task ApplyAsync(ParseResult parsed, OutputFolder folder)
    {
        if (!options.Limits.Any(parsed.IsGiven))
            return;
        var before = (await folder.Crawl.GetRequestAsync(CancellationToken.None)).Request;
        if (before.Mode == CrawlMode.Batch && parsed.IsGiven(options.Depth))
            throw new UsageException(
                $"--depth has no effect: the crawl in '{folder.Path}' is a batch, which follows no links"
            );
        if (before.Order != CrawlOrder.BreadthFirst && parsed.IsGiven(options.Depth))
            throw new UsageException(
                $"--depth cannot be raised: the crawl in '{folder.Path}' is not breadth first, so the links that its limit excluded are not known"
            );
        var limits = new RaisedLimits(
            Read(parsed, options.MaxPages, before.MaxPages, folder),
            Read(parsed, options.Depth, before.MaxDepth, folder),
            Read(parsed, options.MaxMinutes, before.MaxMinutes, folder)
        );
        await RequireTimeAsync(limits.MaxMinutes ?? before.MaxMinutes, folder);
        try
        {
            await folder.Crawl.RaiseLimitsAsync(limits, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or DamagedBlobException)
        {
            throw new UsageException($"the limits of the crawl in '{folder.Path}' cannot be raised: {e.Message}");
        }
    }

    private static int? Read(ParseResult parsed, Option<int> option, int before, OutputFolder folder)
    {
        if (!parsed.IsGiven(option))
            return null;
        var value = parsed.GetValue(option);
        return value >= before
            ? value
            : throw new UsageException(
                $"{option.Name} is {value}, but the crawl in '{folder.Path}' has {before}; a limit can only be raised"
            );
    }

    // If the time limit has passed, the crawl would end immediately, even with other limits raised.
    private async Task RequireTimeAsync(int minutes, OutputFolder folder)
    {
        WavePlan? first;
        try
        {
            first = await folder.Crawl.GetPlanAsync(0, CancellationToken.None);
        }
        catch (Exception e) when (e is InvalidDataException or DamagedBlobException)
        {
            throw new UsageException($"the crawl in '{folder.Path}' cannot be resumed: {e.Message}");
        }
        if (first?.StartedAt is not { } started || time.GetUtcNow() < started.AddMinutes(minutes))
            return;
        var past = Math.Ceiling((time.GetUtcNow() - started).TotalMinutes);
        throw new UsageException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the crawl in '{folder.Path}' started {past:F0} minutes ago and may last {minutes}; set --max-minutes above {past:F0}"
            )
        );
    }
}
