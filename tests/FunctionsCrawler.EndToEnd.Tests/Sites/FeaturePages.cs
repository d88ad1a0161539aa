using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>One page for each thing that a browser does for a page, with the options for it and what a visit must find.</summary>
internal static class FeaturePages
{
    public const string Secret = "LOGIN";
    public const string Password = "correct horse";

    // Enough for a page to look finished.
    private static readonly string Words = string.Concat(
        Enumerable.Repeat("The gauge at the pier is read each hour and kept with the hours before it. ", 6)
    );

    private static readonly PageAction[] Login =
    [
        new()
        {
            Write = new PageWrite { Into = "css:[name=user]", Text = "ada" },
        },
        new()
        {
            Write = new PageWrite { Into = "css:[type=password]", Text = SecretText.FromSecret(Secret) },
        },
        new() { Click = "text:Log in" },
        new() { Wait = "css:#account" },
    ];

    public static IReadOnlyDictionary<string, Feature> All { get; } =
        new Dictionary<string, Feature>(StringComparer.Ordinal)
        {
            ["late"] = new(
                $"<p>{Words}</p><p id=p></p><script>setTimeout(() => {{ p.textContent = 'Added by a ' + 'timer' }}, 400)</script>",
                new PageOptions(),
                [],
                ["Added by a timer"]
            ),
            ["endless"] = new(
                """
                <ul id=list></ul><script>
                const add = () => { for (let i = 0; i < 20 && list.children.length < 60; i++)
                  list.insertAdjacentHTML('beforeend', `<li style="height: 80px">Item ${list.children.length}.</li>`) };
                add();
                addEventListener('scroll', () => { if (innerHeight + scrollY > document.body.scrollHeight - 200) setTimeout(add, 50) });
                </script>
                """,
                new PageOptions { Scroll = new PageScroll() },
                ["--scroll"],
                ["Item 0.", "Item 59."]
            ),
            ["virtual"] = new(
                """
                <div id=view style="height: 400px; overflow-y: auto"><div style="height: 4800px; position: relative"><ul id=list></ul></div></div>
                <script>
                const draw = () => { const first = Math.min(Math.floor(view.scrollTop / 40), 108);
                  list.innerHTML = Array.from({ length: 12 }, (_, i) => first + i)
                    .map(n => `<li style="position: absolute; top: ${n * 40}px">Row ${n}.</li>`).join('') };
                view.addEventListener('scroll', draw); draw();
                </script>
                """,
                new PageOptions { Scroll = new PageScroll() },
                ["--scroll"],
                ["Row 0.", "Row 60.", "Row 119."]
            ),
            ["login"] = new(
                "<form method=post action=/session><input name=user><input name=password type=password><button>Log in</button></form>",
                new PageOptions { Actions = Login },
                ["--actions", "steps.json"],
                ["Welcome, ada"]
            ),
            ["shadow"] = new(
                $"""
                <p>{Words}</p><div><template shadowrootmode=open><p>In a declared root.</p></template></div><div id=host></div>
                <script>host.attachShadow({"{"} mode: 'open' {"}"}).innerHTML = '<p>In an attached root.</p>'</script>
                """,
                new PageOptions(),
                [],
                ["In a declared root.", "In an attached root."]
            ),
            ["consent"] = new(
                $"<div style='position: fixed; inset: 0; z-index: 99; background: white'>We value your privacy: cookies. <button>Accept</button></div><p>{Words}</p>",
                new PageOptions { RemoveOverlays = true },
                ["--remove-overlays"],
                ["The gauge at the pier"]
            )
            {
                Absent = "We value your privacy",
            },
            ["frame"] = new(
                $"<p>{Words}</p><script>document.write('<iframe src=http://localhost:' + location.port + '/framed></iframe>')</script>",
                new PageOptions { Frames = PageFrames.Inline },
                ["--frames", "inline"],
                ["In a frame of another site."]
            ),
            ["lazy"] = new(
                """
                <main></main><script>
                for (let i = 0; i < 8; i++) document.querySelector('main').insertAdjacentHTML('beforeend',
                  `<p>Station ${i}</p><img alt="tide ${i}" data-src="/tide-${i}.svg" style="display: block; height: 700px; width: 50px">`);
                const watch = new IntersectionObserver(seen => { for (const { isIntersecting, target } of seen)
                  if (isIntersecting) target.src = target.dataset.src });
                document.querySelectorAll('img').forEach(image => watch.observe(image));
                </script>
                """,
                new PageOptions { Scroll = new PageScroll() },
                ["--scroll"],
                ["/tide-0.svg", "/tide-7.svg"]
            ),
            ["tall"] = new(
                $"<body style='margin: 0'><div style='height: 5000px; display: flow-root'><p>{Words}</p></div>",
                new PageOptions { Screenshot = new ScreenshotOptions() },
                ["--screenshot", "page.png"],
                ["The gauge at the pier"]
            )
            {
                Artifact = "screenshot",
                File = "page.png",
            },
            ["print"] = new(
                $"<p>{Words}</p>",
                new PageOptions { Pdf = true },
                ["--pdf", "page.pdf"],
                ["The gauge at the pier"]
            )
            {
                Artifact = "pdf",
                File = "page.pdf",
            },
        };

    public static Task<TestSite> StartAsync() => TestSite.StartAsync(AnswerAsync);

    /// <summary>Asserts that a picture has the height of the page, and a PDF that it is one.</summary>
    public static void AssertFile(string artifact, ReadOnlySpan<byte> file)
    {
        if (artifact is "pdf")
            Assert.True(file.StartsWith("%PDF"u8));
        else
            // The height in a PNG's header.
            Assert.Equal(5000, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file[20..]));
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var (path, response) = (context.Request.Path.Value!, context.Response);
        response.ContentType = "text/html; charset=utf-8";
        if (path is "/session")
        {
            var form = await context.Request.ReadFormAsync();
            response.Cookies.Append("user", form["password"] == Password ? form["user"].ToString() : "nobody");
            response.Redirect("/account");
        }
        else if (path is "/account")
            await response.WriteAsync(
                $"<title>Account</title><main id=account><h1>Welcome, {context.Request.Cookies["user"]}</h1></main>"
            );
        else if (path is "/framed")
            await response.WriteAsync("<p>In a frame of another site.</p>");
        else if (path.EndsWith(".svg", StringComparison.Ordinal))
        {
            response.ContentType = "image/svg+xml";
            await response.WriteAsync("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'></svg>");
        }
        else
            await response.WriteAsync($"<!doctype html><title>{path}</title>{All[path[1..]].Html}");
    }
}

/// <summary>A page, how it is visited, and what a visit must find.</summary>
/// <param name="Html">The page.</param>
/// <param name="Page">The options of the visit.</param>
/// <param name="Arguments">The same options on the command line.</param>
/// <param name="Content">What the Markdown contains.</param>
internal sealed record Feature(string Html, PageOptions Page, string[] Arguments, string[] Content)
{
    /// <summary>What the Markdown does not contain.</summary>
    public string? Absent { get; init; }

    /// <summary>The file that is made of the page.</summary>
    public string? Artifact { get; init; }

    /// <summary>Where the command line writes it.</summary>
    public string? File { get; init; }

    /// <summary>Asserts what is in the page's Markdown, and what is not.</summary>
    public void AssertFound(string? markdown)
    {
        foreach (var text in Content)
            Assert.Contains(text, markdown, StringComparison.Ordinal);
        if (Absent is not null)
            Assert.DoesNotContain(Absent, markdown, StringComparison.Ordinal);
    }
}
