using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options that say when a page is read. Most of them need a browser, so with them every page is rendered.</summary>
internal sealed class WaitOptions
{
    private readonly Option<WaitUntil?> _until = OptionKinds.OptionalChoice<WaitUntil>(
        "--wait-until",
        "Reads a page once it is parsed, loaded, or has no pending requests, instead of when it seems finished."
    );

    private readonly Option<string?> _for = OptionKinds.Text(
        "--wait-for",
        "CONDITION",
        "Waits until a page shows an element, css:SELECTOR, or a text, text:WORDS, or js:EXPRESSION is true (--allow-scripts)."
    );

    private readonly Option<bool> _scroll = new("--scroll")
    {
        Description = "Scrolls pages to their end, for lists that grow and for images that are loaded when seen.",
    };

    private readonly Option<int> _scrollSteps = OptionKinds.Number(
        "--scroll-steps",
        new PageScroll().MaxSteps,
        1,
        1000,
        "With --scroll, how many screens to scroll at most."
    );

    private readonly Option<int> _delay = OptionKinds.Number(
        "--page-delay",
        0,
        0,
        60_000,
        "Milliseconds to wait before a page is read, after all else that is waited for."
    );

    private readonly Option<int> _timeout = OptionKinds.Number(
        "--timeout",
        new PageOptions().TimeoutSeconds,
        1,
        300,
        "Seconds that the visit of a page may take, waiting included."
    );

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [_until, _for, _scroll, _scrollSteps, _delay, _timeout];

    /// <summary>Reads how pages are visited.</summary>
    public PageOptions Read(ParseResult parsed) =>
        new()
        {
            TimeoutSeconds = parsed.GetValue(_timeout),
            WaitUntil = parsed.GetValue(_until),
            WaitFor = parsed.GetValue(_for),
            Scroll = parsed.GetValue(_scroll) ? new PageScroll { MaxSteps = parsed.GetValue(_scrollSteps) } : null,
            DelayMs = parsed.GetValue(_delay),
        };
}
