using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T10: browsers that do not start, or start too late. The caller gets the reason in one line.</summary>
internal static class LaunchRows
{
    public static IReadOnlyList<Row> All =>
        [
            Fails("T10 no such program", null, "did not start"),
            Fails("T10 no program", "not a program", "did not start"),
            // Output and exit code of the dynamic loader when a library is missing.
            Fails(
                "T10 ends at once with an error",
                "#!/bin/sh\necho 'cannot open shared object file' >&2\nexit 127\n",
                "did not start"
            ),
            Fails("T10 never answers", "#!/bin/sh\nexec sleep 600\n", "no answer within"),
            // Starts a real browser, but after the time limit.
            Fails("T10 answers too late", "#!/bin/sh\nsleep 2\nexec \"{chromium}\" \"$@\"\n", "no answer within"),
        ];

    private static Row Fails(string name, string? program, string expectedMessage) =>
        new(
            name,
            async run =>
            {
                var e = await Assert.ThrowsAsync<BrowserLaunchException>(() =>
                    run.FetchAsync(run.Site.Url("/"), RowRun.Ample)
                );
                Assert.Contains(expectedMessage, e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
                Assert.True(e.Receipt.IsClean);
            }
        )
        {
            Options = (run, options) =>
                options with
                {
                    Executable = Write(run.Folder, program),
                    LaunchTimeout = TimeSpan.FromSeconds(1),
                },
        };

    private static string Write(string folder, string? program)
    {
        var path = Path.Combine(folder, "browser");
        if (program is null)
            return path;
        File.WriteAllText(path, program.Replace("{chromium}", Chunk.Chromium().Path, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
