using System.Globalization;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Runs in every document before its scripts: bounds what it writes to its console where it writes it. Chromium sends each
/// message whole, so a page that writes in a loop would keep itself, the pipe and this process busy long after its visit.
/// </summary>
internal static class ConsoleLimiter
{
    /// <summary>How many characters of a text are sent.</summary>
    public const int MaxTextLength = 4000;

    // Of one document. A little more than is recorded of a visit.
    private const int MaxCalls = 250;

    /// <summary>The script.</summary>
    /// <param name="token">
    /// A random text. The script reports how many messages were left out as a message that consists of it and the number.
    /// </param>
    public static string Install(string token) =>
        $$"""
            (() => {
              const maxCalls = {{MaxCalls.ToString(
                CultureInfo.InvariantCulture
            )}}, maxLength = {{MaxTextLength.ToString(CultureInfo.InvariantCulture)}}, maxArguments = 20;
              const apply = Reflect.apply, slice = String.prototype.slice, text = String, enqueue = queueMicrotask;
              const tell = console.debug.bind(console);
              let calls = 0, left = 0, told = 0, isTelling = false;
              const cut = value => value.length > maxLength ? apply(slice, value, [0, maxLength]) : value;
              const report = () => {
                isTelling = false;
                tell('{{token}}' + (left - told));
                told = left;
              };
              // The browser describes other objects in few words.
              const bounded = value => {
                try {
                  switch (typeof value) {
                    case 'string': return cut(value);
                    case 'symbol': case 'bigint': return cut(text(value));
                    case 'function': return cut('function ' + text(value.name));
                    case 'object':
                      if (value instanceof Error) return cut(text(value.stack || value));
                      if (value instanceof RegExp) return cut(text(value));
                  }
                } catch { return 'a value that cannot be shown'; }
                return value;
              };
              for (const name of ['log', 'debug', 'info', 'warn', 'error', 'trace', 'dir', 'dirxml', 'table', 'group',
                  'groupCollapsed', 'assert', 'count', 'countReset', 'timeEnd', 'timeLog', 'timeStamp', 'profile', 'profileEnd']) {
                const original = console[name];
                if (typeof original !== 'function') continue;
                console[name] = {
                  [name](...values) {
                    if (name === 'assert' && values[0]) return;
                    if (calls++ >= maxCalls) {
                      left++;
                      // Ever more rarely, and after the loop that may be running.
                      if (!isTelling && left >= told * 2) {
                        isTelling = true;
                        enqueue(report);
                      }
                      return;
                    }
                    if (values.length > maxArguments) values.length = maxArguments;
                    for (let i = 0; i < values.length; i++) values[i] = bounded(values[i]);
                    apply(original, console, values);
                  },
                }[name];
              }
            })();
            """;
}
