using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Scraping;

/// <summary>A page as an earlier crawl stored it.</summary>
/// <param name="Record">The stored record, without an error.</param>
/// <param name="IsReusable">Whether the record is complete for this crawl, so that an unchanged page need not be read again.</param>
internal sealed record EarlierVisit(PageRecord Record, bool IsReusable);
