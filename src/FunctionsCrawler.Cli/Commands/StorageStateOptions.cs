using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The saved login that pages are visited with. Neither it nor its path is stored with a crawl.</summary>
internal sealed class StorageStateOptions
{
    private const string Variable = "CRAWL_STORAGE_STATE";

    public Option<string?> File { get; } =
        OptionKinds.Text(
            "--storage-state",
            "FILE",
            "Visits the sites of an earlier login with its cookies and localStorage, as saved by crawl login or Playwright.",
            Variable
        );

    /// <summary>Reads the file, with the variable as the default.</summary>
    /// <exception cref="UsageException">It cannot be read or is invalid.</exception>
    public void Apply(ParseResult parsed, CrawlSettings settings)
    {
        var given = parsed.GetValue(File);
        var (name, file) = given is null
            ? (Variable, Environment.GetEnvironmentVariable(Variable))
            : (File.Name, given);
        if (given is null && string.IsNullOrEmpty(file))
            return;
        if (!LoginStateFile.TryRead(file!, out var login, out var fault))
            throw new UsageException($"{name}: {fault}");
        (settings.StorageState, settings.Login) = (file, login);
    }

    /// <summary>Sets the login of a crawl that is resumed.</summary>
    /// <exception cref="UsageException">
    /// The file is invalid, or the crawl had one before and none is set: it would continue as anybody.
    /// </exception>
    public void Apply(ParseResult parsed, OutputFolder resumed)
    {
        Apply(parsed, resumed.Settings);
        if (resumed.Settings is { UsesStorageState: true, Login: null })
            throw new UsageException(
                $"the crawl in '{resumed.Path}' had a storage state, which is not stored; set it again with {File.Name} or {Variable}"
            );
    }
}
