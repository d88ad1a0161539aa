using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>A <c>crawl serve</c> that answers all of a contract suite.</summary>
/// <param name="fault">Why it cannot be started here; null when it can.</param>
/// <param name="options">Its options besides a free port and private addresses.</param>
public abstract class ContractServer(string? fault, params string[] options) : IAsyncLifetime
{
    private readonly Workplace _place = new();
    private Uri? _url;

    public Uri Url
    {
        get
        {
            Assert.SkipWhen(fault is not null, fault ?? "");
            return _url!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (fault is null)
            _url = await Workplace.ServeAsync(_place.Start(["serve", "--port", "0", "--allow-private", .. options]));
    }

    public async ValueTask DisposeAsync()
    {
        await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
