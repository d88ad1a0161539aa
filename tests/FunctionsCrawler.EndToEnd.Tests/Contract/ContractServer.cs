using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>A <c>crawl serve</c> that all tests of a contract suite share.</summary>
/// <param name="fault">Why the server cannot be started here; null if it can.</param>
/// <param name="options">Options in addition to a free port and private addresses.</param>
public abstract class ContractServer(string? fault, params string[] options) : IAsyncLifetime
{
    private readonly Workplace _place = new();
    private Uri? _url;

    public Uri Url
    {
        get
        {
            if (fault is not null)
                Requires.Installed(Need.Azurite, isInstalled: false, fault);
            return _url!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (fault is null)
        {
            // No rate limit: the polling of the whole suite would come close to the default.
            string[] serve = ["serve", "--port", "0", "--allow-private", "--rate", "0", .. options];
            _url = await Workplace.ServeAsync(_place.Start(serve));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
