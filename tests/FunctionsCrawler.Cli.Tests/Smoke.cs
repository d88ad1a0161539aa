namespace FunctionsCrawler.Cli.Tests;

internal static class Smoke { }
