namespace FunctionsCrawler.Core.Tests;

internal static class Smoke { }
