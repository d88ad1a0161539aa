namespace FunctionsCrawler.Contracts;

/// <summary>A cookie that is sent to the hosts of the start pages, and not to their subdomains.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageCookie
{
    /// <summary>The name.</summary>
    /// <value>Required. 1 to 256 letters, digits and characters of !#$%&amp;'*+-.^_`|~.</value>
    public string Name { get; set; } = "";

    /// <summary>The value.</summary>
    /// <value>Required. Printable ASCII without semicolons, up to 4,096 characters.</value>
    public SecretText? Value { get; set; }

    /// <summary>The path of the pages that get the cookie, with all paths below it.</summary>
    /// <value>Default "/". Begins with a slash.</value>
    public string Path { get; set; } = "/";
}

/// <summary>The name and password of HTTP basic authentication (RFC 7617), sent with every request to the start pages' origins.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record BasicAuth
{
    /// <summary>The user's name.</summary>
    /// <value>Required. Without colons and control characters, up to 1,024 characters.</value>
    public SecretText? Username { get; set; }

    /// <summary>The password.</summary>
    /// <value>Required. Without control characters, up to 1,024 characters.</value>
    public SecretText? Password { get; set; }
}
