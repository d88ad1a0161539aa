using System.Text;
using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Reads the documents in the frames of a page and puts them behind their frames in its HTML. Frames of other sites are in the
/// same renderer (see <see cref="ChromiumArguments"/>), so all of them can be read.
/// </summary>
internal sealed class FrameReader(TabPage page, PageLimits limits)
{
    private const int MaxFrames = 50;

    private readonly string _nonce = Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, string> _contents = new(StringComparer.Ordinal);
    private long _length;

    /// <summary>
    /// Marks the frames of the page with comments and reads their documents. The page must be read afterwards, and its HTML be
    /// given to <see cref="Insert"/>.
    /// </summary>
    /// <returns>Whether there is a frame with content.</returns>
    public async Task<bool> ReadAsync()
    {
        var root = await page.GetFrameTreeAsync().ConfigureAwait(false);
        if (!root.TryGetProperty("childFrames", out var frames))
            return false;
        await ReadAsync(root, "0", frames).ConfigureAwait(false);
        return _contents.Count > 0;
    }

    /// <summary>Puts the content of the frames into the HTML of the page.</summary>
    public string Insert(string html)
    {
        var mark = $"<!--{_nonce}-";
        var result = new StringBuilder(html.Length);
        var from = 0;
        for (int at; (at = html.IndexOf(mark, from, StringComparison.Ordinal)) >= 0; )
        {
            var start = at + mark.Length;
            var end = html.IndexOf("-->", start, StringComparison.Ordinal);
            if (end < 0)
                break;
            result.Append(html, from, at - from);
            // Each is used once: a page may have copied the mark.
            if (_contents.Remove(html[start..end], out var content))
                result.Append(Insert(content));
            from = end + 3;
        }
        return result.Append(html, from, html.Length - from).ToString();
    }

    private async Task ReadAsync(JsonElement parent, string key, JsonElement frames)
    {
        if (!await TryMarkAsync(IdOf(parent), key).ConfigureAwait(false))
            return;
        foreach (var frame in frames.EnumerateArray())
        {
            if (_contents.Count >= MaxFrames)
                return;
            if (await TryReadAsync(frame).ConfigureAwait(false) is not { } content)
                continue;
            var frameKey = $"{key}.{content.GetProperty("index").GetInt32()}";
            // The marks of the inner frames must be there before the outer one is read.
            if (frame.TryGetProperty("childFrames", out var inner))
            {
                await ReadAsync(frame, frameKey, inner).ConfigureAwait(false);
                if (await TryReadAsync(frame).ConfigureAwait(false) is not { } again)
                    continue;
                content = again;
            }
            Add(frameKey, content);
        }
    }

    private void Add(string key, JsonElement content)
    {
        var html = content.GetProperty("html").GetString()!;
        if (html.Length == 0 || _length + html.Length > limits.MaxBytes)
            return;
        _length += html.Length;
        _contents[key] = $"<div data-frame=\"{content.GetProperty("url").GetString()}\">{html}</div>";
    }

    // A frame may be removed or navigate at any time; the page is then read without it.
    private async Task<bool> TryMarkAsync(string frame, string key)
    {
        try
        {
            return (await page.EvaluateAsync(frame, Mark(key)).ConfigureAwait(false)).GetBoolean();
        }
        catch (ProtocolException)
        {
            return false;
        }
    }

    private async Task<JsonElement?> TryReadAsync(JsonElement frame)
    {
        try
        {
            var content = await page.EvaluateAsync(IdOf(frame), Read(limits.MaxNodes, limits.MaxBytes - _length))
                .ConfigureAwait(false);
            return content.GetProperty("index").GetInt32() < 0 ? null : content;
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private static string IdOf(JsonElement frame) => frame.GetProperty("frame").GetProperty("id").GetString()!;

    // The index of a frame among those of its window is known on both sides, also across sites. Frames in shadow roots have none.
    private string Mark(string key) =>
        $$"""
            (() => {
              const windows = Array.from({ length: window.length }, (_, i) => window[i]);
              for (const frame of document.querySelectorAll('iframe')) {
                const index = windows.indexOf(frame.contentWindow);
                if (index >= 0 && !frame.hasAttribute('srcdoc'))
                  frame.after(document.createComment('{{_nonce}}-{{key}}.' + index));
              }
              return true;
            })()
            """;

    // URLs become absolute, because the page that gets the content has another base.
    private static string Read(int maxNodes, long maxLength) =>
        $$"""
            (() => {
              const roots = {{TabScripts.Roots}};
              const nothing = { index: -1, html: '', url: '' };
              let index = 0;
              while (index < parent.length && parent[index] !== window) index++;
              if (index === parent.length || !document.body) return nothing;
              const parts = roots({{maxNodes}});
              const { nodes, length } = {{TabScripts.Measure}}(parts);
              if (nodes > {{maxNodes}} || length > {{maxLength}}) return nothing;
              const inert = new DOMParser().parseFromString(document.body.getHTML({ shadowRoots: parts.slice(1) }), 'text/html');
              const resolve = root => {
                for (const name of ['href', 'src', 'poster', 'action'])
                  for (const e of root.querySelectorAll(`[${name}]`)) {
                    const url = e.getAttribute(name);
                    if (!/^(#|data:|javascript:|blob:)/i.test(url) && URL.canParse(url, document.baseURI))
                      e.setAttribute(name, new URL(url, document.baseURI).href);
                  }
                for (const template of root.querySelectorAll('template')) resolve(template.content);
                for (const e of root.querySelectorAll('script, style, link, meta, base')) e.remove();
              };
              resolve(inert);
              const url = location.href.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
              return { index, html: inert.body.innerHTML.toWellFormed(), url };
            })()
            """;
}
