using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Network.Logins;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Logs in to a site by a visit with steps, and reads what that leaves in the browser. The visit has its own browser and is made
/// once: its steps may have an effect on the site, so it is not repeated.
/// </summary>
/// <remarks>
/// A saved login is not used for it: sites answer those who are logged in otherwise. robots.txt is not asked, because nothing is
/// crawled; login pages are often disallowed.
/// </remarks>
internal sealed class LoginService(
    BrowserFactory factory,
    HttpFetchers http,
    EgressGate gate,
    ScrapePermissions permissions,
    MemoryGovernor governor,
    WorkerLifetime lifetime,
    TimeProvider time
)
{
    /// <summary>Logs in. The time limit of the request covers everything, also the launch.</summary>
    /// <param name="request">A valid request.</param>
    /// <param name="cancellationToken">Cancels the visit. The browser is gone when the method returns.</param>
    /// <exception cref="BrowserLaunchException">No browser could be started.</exception>
    /// <exception cref="WorkerExhaustedException">This process has no memory left for browsers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<LoginResult> LoginAsync(PageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var started = time.GetTimestamp();
        var deadline = TimeSpan.FromSeconds(request.Page.TimeoutSeconds);
        var settings = ScrapeSettings.Of(request) with { TimeLeft = () => deadline - time.GetElapsedTime(started) };
        var identity = VisitIdentity.Of(request.Page, settings.Starts, http.UserAgent, out var fault);
        if (identity is null)
            return LoginResult.Failed(ErrorCode.Identity, $"{fault!.Field}: {fault.Message}");
        using var expiry = new CancellationTokenSource(deadline, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        var key = Guid.CreateVersion7().ToString("N");
        using var memory = governor.Enter(new DispatcherOptions(), pages: 1, alone: false, deadline, key);
        var browsers = factory.Open(memory, new BrowserRecycling());
        LoginResult result;
        try
        {
            var visiting = VisitAsync(
                browsers,
                new Uri(request.Url),
                settings.VisitsAs(identity, permissions),
                ending.Token
            );
            while (!visiting.IsCompleted && memory.State < MemoryState.Shed)
                await Task.WhenAny(visiting, memory.Sampled).ConfigureAwait(false);
            if (!visiting.IsCompleted)
                await ending.CancelAsync().ConfigureAwait(false);
            result = await visiting.ConfigureAwait(false);
        }
        catch (WorkerExhaustedException)
        {
            lifetime.ReportExhausted();
            throw;
        }
        catch (Exception e)
            when (e is LaunchNotAdmittedException or OperationCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            result =
                e is LaunchNotAdmittedException || expiry.IsCancellationRequested
                    ? LoginResult.Failed(ErrorCode.Timeout, $"the login did not end within {deadline.TotalSeconds} s")
                    : LoginResult.Failed(ErrorCode.Memory, "the memory budget was exhausted during the login");
        }
        finally
        {
            await browsers.DisposeAsync().ConfigureAwait(false);
        }
        return result with { Receipts = browsers.Receipts };
    }

    private async Task<LoginResult> VisitAsync(
        BrowserSource browsers,
        Uri url,
        VisitOptions visits,
        CancellationToken cancellationToken
    )
    {
        if (await gate.RefuseAsync(url, cancellationToken).ConfigureAwait(false) is { } refusal)
            return new LoginResult { Error = refusal };
        var lease = await browsers.LeaseAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var tab = await lease
                .TakeTabAsync(url, shared: false, fresh: true, cancellationToken)
                .ConfigureAwait(false);
            var visit = await tab.VisitAsync(
                    url,
                    visits with
                    {
                        SavesLogin = true,
                    },
                    visits.TimeLeft!(),
                    cancellationToken
                )
                .ConfigureAwait(false);
            return ResultOf(visit with { Cause = lease.Browser.FindEgressFailure(visit.FailedUrl) });
        }
        catch (Exception e) when (e is BrowserLostException or TimeoutException)
        {
            return LoginResult.Failed(ErrorCode.RendererCrashed, e.Message);
        }
        finally
        {
            lease.Leave();
        }
    }

    private static LoginResult ResultOf(TabVisit visit)
    {
        if (visit.End is VisitEnd.NotHtml)
            return LoginResult.Failed(ErrorCode.UnsupportedType, "the login did not end at an HTML page");
        if (VisitErrors.For(visit, visit.Documents is [.., var last] ? last : null) is { } error)
            return new LoginResult { Error = error };
        if (visit.Login!.IsEmpty)
            return LoginResult.Failed(ErrorCode.Action, "the login has left neither cookies nor localStorage");
        var json = LoginStateJson.Write(visit.Login);
        return json.Length > LoginStateFile.MaxBytes
            ? LoginResult.Failed(
                ErrorCode.TooLarge,
                $"the login has left {json.Length} bytes; at most {LoginStateFile.MaxBytes} can be used"
            )
            : new LoginResult { State = visit.Login, Json = json };
    }
}

/// <summary>The result of a login.</summary>
internal sealed record LoginResult
{
    /// <summary>What the login has left; null if it failed. It is secret.</summary>
    public LoginState? State { get; init; }

    /// <summary>The content of its file.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Why it failed; null if it did not.</summary>
    public PageError? Error { get; init; }

    /// <summary>The receipt of the browser, if one was launched.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts { get; init; } = [];

    /// <summary>A login that failed.</summary>
    public static LoginResult Failed(ErrorCode code, string message) => new() { Error = new PageError(code, message) };
}
