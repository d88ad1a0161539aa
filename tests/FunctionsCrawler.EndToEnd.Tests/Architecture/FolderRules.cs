namespace FunctionsCrawler.EndToEnd.Tests.Architecture;

/// <summary>Rules for references between the folders of a project.</summary>
internal static class FolderRules
{
    /// <summary>The folders of Core from bottom to top: each may use those before it. See docs/architecture.md.</summary>
    public static readonly string[] Core =
    [
        "Urls",
        "Common",
        "Blobs",
        "Selectors",
        "Contracts",
        "Network",
        "Archives",
        "Extraction",
        "Browsing",
        "Memory",
        "Fetching",
        "Politeness",
        "Scraping",
        "Crawls",
        "Frontier",
        "Orchestration",
        "Activities",
        "Hosting",
    ];

    /// <summary>The uses that violate the order, with type and file.</summary>
    public static IReadOnlyList<string> FindViolations(IReadOnlyList<TypeUse> uses, IReadOnlyList<string> order)
    {
        return
        [
            .. uses.Where(use => Rank(use.UsedNamespace) > Rank(use.Namespace))
                .Select(use =>
                    $"{use.Namespace}.{use.Type} ({use.File}) uses {use.UsedNamespace}.{use.UsedType}, which is above it"
                )
                .Concat(
                    uses.Where(use => Rank(use.Namespace) < 0)
                        .Select(use =>
                            $"{use.Namespace}.{use.Type} ({use.File}) is in a folder that has no place in the order"
                        )
                )
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

        // The facade and the registration belong to Hosting, the last folder, but have the namespaces where users expect them.
        int Rank(string name) =>
            name is "FunctionsCrawler" or "Microsoft.Extensions.DependencyInjection"
                ? order.Count - 1
                : order.ToList().IndexOf(FolderOf(name));
    }

    /// <summary>A cycle between folders, as a path that ends where it starts; empty if there is none.</summary>
    public static IReadOnlyList<string> FindCycle(IEnumerable<TypeUse> uses, string root)
    {
        var edges = uses.Select(use => (From: FolderOf(use.Namespace, root), To: FolderOf(use.UsedNamespace, root)))
            .Where(edge => edge.From != edge.To)
            .Distinct()
            .ToLookup(edge => edge.From, edge => edge.To, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        return edges.Select(group => Visit(group.Key, [])).FirstOrDefault(path => path.Count > 0) ?? [];

        List<string> Visit(string folder, List<string> path)
        {
            if (path.IndexOf(folder) is >= 0 and var start)
                return [.. path[start..], folder];
            if (!done.Add(folder))
                return [];
            return edges[folder].Select(to => Visit(to, [.. path, folder])).FirstOrDefault(found => found.Count > 0)
                ?? [];
        }
    }

    private static string FolderOf(string name, string root = "FunctionsCrawler") =>
        name.Length > root.Length ? name[(root.Length + 1)..].Split('.')[0] : "";
}
