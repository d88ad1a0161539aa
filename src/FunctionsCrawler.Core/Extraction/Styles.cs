namespace FunctionsCrawler.Extraction;

/// <summary>Reads the declarations of a style attribute.</summary>
internal static class Styles
{
    /// <summary>The value of a property, without <c>!important</c>; null if it is not declared. The last declaration counts.</summary>
    public static string? ValueOf(string style, string property)
    {
        if (!style.Contains(property, StringComparison.OrdinalIgnoreCase))
            return null;
        string? value = null;
        foreach (var range in style.AsSpan().Split(';'))
        {
            var declaration = style.AsSpan()[range];
            var colon = declaration.IndexOf(':');
            if (colon < 0 || !declaration[..colon].Trim().Equals(property, StringComparison.OrdinalIgnoreCase))
                continue;
            var rest = declaration[(colon + 1)..];
            var mark = rest.IndexOf('!');
            value = (mark < 0 ? rest : rest[..mark]).Trim().ToString();
        }
        return value;
    }
}
