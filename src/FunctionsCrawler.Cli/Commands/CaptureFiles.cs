using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of <c>crawl scrape</c> that name the files which are made of the page.</summary>
internal sealed class CaptureFiles
{
    private static readonly string[] HtmlNames = [".html", ".htm"];
    private static readonly string[] MhtmlNames = [".mhtml", ".mht"];

    private readonly Option<string?> _screenshot = OptionKinds.Text(
        "--screenshot",
        "FILE",
        "Writes a picture of the page into this file, .png, .jpg or .webp."
    );

    private readonly PictureOptions _pictures = new();

    private readonly Option<string?> _pdf = OptionKinds.Text("--pdf", "FILE", "Prints the page into this PDF file.");

    private readonly Option<string?> _snapshot = OptionKinds.Text(
        "--snapshot",
        "FILE",
        "Copies the page with all that it shows into this file, .html or .mhtml."
    );

    /// <summary>The options that tell why the page fails.</summary>
    public DiagnosisOptions Diagnosis { get; } = DiagnosisOptions.OfScrapes();

    /// <summary>All options, without those of <see cref="Diagnosis"/>.</summary>
    public IReadOnlyList<Option> All => [_screenshot, .. _pictures.All, _pdf, _snapshot];

    /// <summary>Adds the files to how the page is visited.</summary>
    /// <exception cref="UsageException">A name is not one of a file, or does not say what kind it is.</exception>
    public PageOptions AddTo(PageOptions page, ParseResult parsed)
    {
        RequireFile(_screenshot, parsed);
        RequireFile(_pdf, parsed);
        RequireFile(_snapshot, parsed);
        page = Diagnosis.AddTo(page, parsed);
        RequireDifferent([_screenshot, _pdf, _snapshot, .. Diagnosis.Files], parsed);
        if (parsed.GetValue(_screenshot) is null)
            _pictures.RequireNone(parsed, "--screenshot FILE");
        return page with
        {
            Screenshot = parsed.GetValue(_screenshot) is { } picture ? _pictures.Read(parsed, FormatOf(picture)) : null,
            Pdf = parsed.GetValue(_pdf) is not null,
            Snapshot = parsed.GetValue(_snapshot) is { } copy ? KindOf(copy) : SnapshotKind.None,
        };
    }

    /// <summary>Writes the files of a page, and says on standard error which are missing.</summary>
    /// <param name="page">The page.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="isPrinted">Whether the whole record is printed, with all files in it.</param>
    /// <exception cref="UsageException">A file cannot be written.</exception>
    public async Task WriteAsync(PageRecord page, ParseResult parsed, bool isPrinted)
    {
        foreach (var (name, artifact) in page.Artifacts ?? new Dictionary<string, PageArtifact>(StringComparer.Ordinal))
        {
            var option = name switch
            {
                "pdf" => _pdf,
                "html" or "mhtml" => _snapshot,
                _ => Diagnosis.FileOf(name) ?? _screenshot,
            };
            if (parsed.GetValue(option) is { } file)
                await WriteAsync(option.Name, FileOf(file, name, artifact), artifact);
            // Pictures that steps have taken, which have names of their own.
            else if (option == _screenshot && !isPrinted)
            {
                await WriteAsync("the picture of a step", $"{name}.png", artifact);
                await ErrorLine.WriteAsync($"a step has taken the picture {name}.png");
            }
        }
        foreach (
            var warning in (page.Warnings ?? []).Where(w =>
                w.Code is PageWarningCode.CaptureFailed or PageWarningCode.CaptureTruncated
            )
        )
            await ErrorLine.WriteAsync(warning.Message.TrimEnd('.'));
    }

    // The further pictures of a tall page, page-2.png, and those that steps have taken, page-after-login.png.
    internal static string FileOf(string file, string name, PageArtifact artifact)
    {
        const string prefix = "screenshot-";
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
            return file;
        // Steps take PNG pictures, whatever the format of the page's own is.
        var isStep = !char.IsAsciiDigit(name[prefix.Length]);
        var extension = isStep ? "." + ArtifactTypes.ExtensionOf(artifact.ContentType) : Path.GetExtension(file);
        return Path.Combine(
            Path.GetDirectoryName(file) ?? "",
            $"{Path.GetFileNameWithoutExtension(file)}-{name[prefix.Length..]}{extension}"
        );
    }

    internal static void RequireFile(Option<string?> option, ParseResult parsed)
    {
        if (parsed.GetValue(option) is { } file && (string.IsNullOrWhiteSpace(file) || Directory.Exists(file)))
            throw new UsageException($"{option.Name} is '{file}'; it must be the name of a file");
    }

    private static void RequireDifferent(IReadOnlyList<Option<string?>> options, ParseResult parsed)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            if (parsed.GetValue(option) is { } file && !seen.TryAdd(Path.GetFullPath(file), option.Name))
                throw new UsageException(
                    $"{option.Name} is '{file}', and so is {seen[Path.GetFullPath(file)]}; each needs a file of its own"
                );
        }
    }

    private static PictureFormat FormatOf(string file) =>
        Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".JPG" or ".JPEG" => PictureFormat.Jpeg,
            ".WEBP" => PictureFormat.Webp,
            _ => PictureFormat.Png,
        };

    private static SnapshotKind KindOf(string file)
    {
        var extension = Path.GetExtension(file);
        return HtmlNames.Contains(extension, StringComparer.OrdinalIgnoreCase) ? SnapshotKind.Html
            : MhtmlNames.Contains(extension, StringComparer.OrdinalIgnoreCase) ? SnapshotKind.Mhtml
            : throw new UsageException(
                $"--snapshot is '{file}'; it must end in .html or .mhtml, which says what kind of file it is"
            );
    }

    private static async Task WriteAsync(string option, string file, PageArtifact artifact)
    {
        try
        {
            await File.WriteAllBytesAsync(file, artifact.Data!.Value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} '{file}' cannot be written: {e.Message}");
        }
    }
}
