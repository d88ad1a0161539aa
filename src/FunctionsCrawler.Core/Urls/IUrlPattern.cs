using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Urls;

/// <summary>A pattern of URLs: a glob or a regular expression.</summary>
internal interface IUrlPattern
{
    /// <summary>Whether the pattern matches a normalised URL. Takes time linear in the length of the URL.</summary>
    bool IsMatch(Uri url);
}

/// <summary>Parses patterns.</summary>
internal static class UrlPattern
{
    /// <summary>Parses a regular expression if the text begins with one of its prefixes, otherwise a glob.</summary>
    /// <param name="text">The text to parse.</param>
    /// <param name="pattern">The pattern, or null if the text is invalid.</param>
    /// <param name="fault">What is wrong, in one line for the user; null if the text is valid.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out IUrlPattern? pattern,
        [NotNullWhen(false)] out string? fault
    )
    {
        if (UrlRegex.IsRegex(text))
        {
            var isRegex = UrlRegex.TryParse(text, out var regex, out fault);
            pattern = regex;
            return isRegex;
        }
        var isGlob = UrlGlob.TryParse(text, out var glob, out fault);
        pattern = glob;
        return isGlob;
    }
}
