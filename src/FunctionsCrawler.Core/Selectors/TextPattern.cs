using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Selectors;

/// <summary>A regular expression from a request. Immutable and thread-safe.</summary>
internal sealed class TextPattern
{
    /// <summary>The maximum length of a pattern, in characters.</summary>
    public const int MaxLength = 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);

    private readonly Regex _regex;
    private readonly int _group;

    private TextPattern(Regex regex, int group) => (_regex, _group) = (regex, group);

    /// <summary>Whether matching takes linear time; otherwise it is ended after 250 ms.</summary>
    public bool IsLinear => _regex.Options.HasFlag(RegexOptions.NonBacktracking);

    /// <summary>Parses a pattern.</summary>
    /// <param name="text">The text to parse.</param>
    /// <param name="group">The number of the group that is the value; null for 1, or 0 if there is none.</param>
    /// <param name="pattern">The pattern, or null if the text is invalid.</param>
    /// <param name="fault">What is wrong, in one sentence for the user; null if the text is valid.</param>
    public static bool TryParse(
        string text,
        int? group,
        [NotNullWhen(true)] out TextPattern? pattern,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        (pattern, fault) = (null, null);
        if (text.Length > MaxLength)
            fault = $"It has {text.Length} characters; a regular expression has at most {MaxLength}.";
        else if (text.Length == 0)
            fault = "It is empty; it must be a regular expression.";
        else
        {
            try
            {
                var regex = Create(text);
                var groups = regex.GetGroupNumbers().Length - 1;
                if (group is < 0 || group > groups)
                    fault = $"The group {group} does not exist in '{text}', which has {groups}.";
                else
                    pattern = new TextPattern(regex, group ?? Math.Min(groups, 1));
            }
            catch (ArgumentException e)
            {
                fault = $"'{text}' is not a valid regular expression: {e.Message}";
            }
        }
        return pattern is not null;
    }

    /// <summary>The value of the first match; null if there is none.</summary>
    /// <exception cref="SelectionStoppedException">Matching took too long.</exception>
    public string? Find(string text, SelectionBudget budget)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(budget);
        budget.Spend((text.Length / 16) + 1);
        try
        {
            var match = _regex.Match(text);
            return match.Success && match.Groups[_group] is { Success: true } group ? group.Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            throw new SelectionStoppedException(
                $"the regular expression took more than {Limit.TotalMilliseconds:F0} ms"
            );
        }
    }

    // Look-arounds, back references and atomic groups need backtracking, and so do expressions that would become too large.
    private static Regex Create(string text)
    {
        const RegexOptions common = RegexOptions.CultureInvariant;
        try
        {
            return new Regex(text, common | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(text, common, Limit);
        }
    }
}
