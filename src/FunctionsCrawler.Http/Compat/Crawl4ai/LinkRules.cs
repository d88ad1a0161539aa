namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Which links are left out of a result. They are followed all the same.</summary>
internal sealed record LinkRules
{
    private static readonly string[] SocialMedia =
    [
        "facebook.com",
        "twitter.com",
        "x.com",
        "linkedin.com",
        "instagram.com",
        "pinterest.com",
        "tiktok.com",
        "snapchat.com",
        "reddit.com",
    ];

    public bool LeavesOutInternal { get; init; }

    public bool LeavesOutExternal { get; init; }

    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Reads the fields.</summary>
    public static LinkRules Read(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var social = fields.Texts("exclude_social_media_domains");
        return new LinkRules
        {
            LeavesOutInternal = fields.Flag("exclude_internal_links", false),
            LeavesOutExternal = fields.Flag("exclude_external_links", false),
            Domains =
            [
                .. fields.Texts("exclude_domains"),
                .. fields.Flag("exclude_social_media_links", false) ? (social is [] ? SocialMedia : social) : [],
            ],
        };
    }

    /// <summary>Whether a link stays.</summary>
    public bool Keeps(string host, bool isInternal) =>
        !(isInternal ? LeavesOutInternal : LeavesOutExternal)
        && !Domains.Any(domain =>
            host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase)
        );
}
