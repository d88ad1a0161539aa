namespace FunctionsCrawler.Network.Logins;

/// <summary>
/// What an earlier login has left in a browser: the storage state of Playwright. It is secret, so it is never stored with a
/// crawl, logged or shown.
/// </summary>
/// <param name="Cookies">The cookies of all hosts.</param>
/// <param name="Origins">What pages have stored, by origin.</param>
internal sealed record LoginState(IReadOnlyList<OriginCookie> Cookies, IReadOnlyList<OriginStorage> Origins)
{
    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Cookies.Count == 0 && Origins.Count == 0;
}

/// <summary>The localStorage of an origin.</summary>
/// <param name="Origin">The root page of the origin.</param>
/// <param name="Items">Names and values.</param>
internal sealed record OriginStorage(Uri Origin, IReadOnlyList<KeyValuePair<string, string>> Items)
{
    /// <summary>The origin alone.</summary>
    public override string ToString() => Origin.GetLeftPart(UriPartial.Authority);
}
