namespace FunctionsCrawler.EndToEnd.Tests;

internal static class Smoke { }
