using System.CommandLine;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl login</c>: logs in by steps, and saves the cookies and the storage for <c>--storage-state</c>.</summary>
internal sealed class LoginCommand : Command, IHelpTopic
{
    private const int MostNames = 3;

    private readonly Argument<string> _url = new("url") { Description = "The page with the login." };

    private readonly Option<string?> _save = OptionKinds.Text(
        "--save",
        "FILE",
        "Where cookies and localStorage are saved, in the format of Playwright. Only you can read the file."
    );

    private readonly StepOptions _steps = new();
    private readonly WaitOptions _waits = new();
    private readonly IdentityOptions _identity = new();
    private readonly AllowanceOptions _allowance = new(withStorageState: false);

    public LoginCommand()
        : base("login", "Logs in to a site by steps, and saves the login for later crawls.")
    {
        Arguments.Add(_url);
        foreach (var option in Groups.SelectMany(g => g.Options))
            Options.Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl login <url> --actions FILE --save FILE [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("Output", _save),
            new("What to do in the page", _steps.All),
            new("When the page is ready", _waits.All),
            new("As whom to visit the page", _identity.All),
            new("Limits", _allowance.Limits),
            new("Network", _allowance.Network),
            new("Memory", _allowance.Memory),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new(
                "CRAWL_SECRET_PASSWORD=… crawl login https://shop.example/login --actions login.json --save shop.json",
                "Carries out the steps of login.json and saves the login."
            ),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
        [
            "The steps end with one that waits for what only logged-in users see, such as {\"wait\":\"css:#account\"}; otherwise a refused "
                + "password goes unnoticed. crawl, scrape, map and serve use the file with --storage-state. See docs/login.md.",
        ];

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var file = ReadFile(parsed);
        var request = await ReadAsync(parsed);
        var settings = _allowance.ReadSettings(parsed);
        StepOptions.RequireAllowed(request.Page, settings.ToOptions());
        BrowserCheck.Require(settings);
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        try
        {
            await StartupSweep.RunAsync(stop.Token);
            await using var crawler = new Crawler(settings.ToOptions());
            var result = await crawler.LoginAsync(request, stop.Token);
            return result.State is { } state
                ? await SaveAsync(file, state, result.Json, stop.Token)
                : await FailAsync(request, result.Error!, parsed);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await ErrorLine.WriteAsync("the login was cancelled; nothing was saved");
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is BrowserLaunchException or IOException or UnauthorizedAccessException)
        {
            await ErrorLine.WriteAsync($"the login failed; nothing was saved: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private async Task<int> FailAsync(PageRequest request, PageError error, ParseResult parsed)
    {
        var hint = _allowance.HintFor(error.Code, parsed);
        await ErrorLine.WriteAsync($"{request.Url}: {error.Message.TrimEnd('.')}{hint}; nothing was saved");
        return ExitCode.PagesFailed;
    }

    private static async Task<int> SaveAsync(
        string file,
        LoginState state,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken
    )
    {
        await LoginStateFile.WriteAsync(file, json, cancellationToken);
        var items = state.Origins.Sum(o => o.Items.Count);
        Console.WriteLine(
            $"saved {Plural.Of(state.Cookies.Count, "cookie")}{Names(state.Cookies.Select(c => c.Host!))} and "
                + $"{Plural.Of(items, "localStorage item")}{Names(state.Origins.Select(o => $"{o}"))} to '{file}'"
        );
        return ExitCode.Done;
    }

    private static string Names(IEnumerable<string> names)
    {
        var all = names.Distinct(StringComparer.Ordinal).ToList();
        return all.Count == 0
            ? ""
            : $" of {string.Join(", ", all.Take(MostNames))}{(all.Count > MostNames ? $" and {all.Count - MostNames} more" : "")}";
    }

    private string ReadFile(ParseResult parsed)
    {
        var file = parsed.GetValue(_save);
        if (file is null)
            throw new UsageException("--save is missing; it names the file for cookies and localStorage");
        CaptureFiles.RequireFile(_save, parsed);
        // Said before the login, which may not be possible twice.
        try
        {
            return Directory.Exists(Path.GetDirectoryName(FileTarget.Resolve(file)))
                ? file
                : throw new UsageException($"--save is '{file}'; its folder does not exist");
        }
        catch (IOException e)
        {
            throw new UsageException($"--save cannot be written: {e.Message}");
        }
    }

    private async Task<PageRequest> ReadAsync(ParseResult parsed)
    {
        var urls = await StartUrls.ReadAsync(parsed, [parsed.GetValue(_url)!]);
        var page = _identity.Apply(parsed, await _steps.ApplyAsync(parsed, _waits.Read(parsed)));
        var request = new PageRequest
        {
            Url = urls[0],
            Render = RenderMode.Always,
            Page = page,
        };
        return CrawlRequestValidator.Validate(request) is [var fault, ..]
            ? throw new UsageException(fault.Message)
            : IdentityOptions.WithSecrets(request, request.Page);
    }
}
