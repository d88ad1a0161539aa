using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Extraction;

/// <summary>Copies the parts of a document that a request asks for into a new document.</summary>
internal static class SelectedParts
{
    /// <summary>The parts that match a selector of <see cref="ExtractionPlan.Include"/> and none of Exclude, in document order.</summary>
    /// <param name="document">The document; it is not changed.</param>
    /// <param name="index">The numbers of its nodes.</param>
    /// <param name="plan">The selectors.</param>
    /// <param name="budget">Bounds the evaluation of the selectors.</param>
    /// <param name="found">Whether a selector of Include matched, or there is none.</param>
    /// <exception cref="SelectionStoppedException">The budget is used up.</exception>
    public static IHtmlDocument Copy(
        IHtmlDocument document,
        DocumentIndex index,
        ExtractionPlan plan,
        SelectionBudget budget,
        out bool found
    )
    {
        var excluded = new HashSet<int>(plan.Exclude.SelectMany(query => query.Select(index, budget)));
        List<int> roots =
            plan.Include.Count > 0
                ? [.. plan.Include.SelectMany(query => query.Select(index, budget)).Distinct().Order()]
                : [.. Enumerable.Range(0, index.Count).Where(node => index[node] == document.Body).Take(1)];
        found = roots.Count > 0;
        var copy = (IHtmlDocument)document.Implementation.CreateHtmlDocument("");
        var end = 0;
        foreach (var root in roots)
        {
            // Parts inside an earlier part are there already.
            if (root < end)
                continue;
            end = index.EndOf(root);
            if (IsInside(excluded, index, root))
                continue;
            if (index[root] == document.Body)
                CopyChildren(root, copy.Body!);
            else
                CopyNode(root, copy.Body!);
        }
        return copy;

        void CopyChildren(int node, INode parent)
        {
            for (var child = index.FirstChildOf(node); child >= 0; child = index.NextOf(child))
                CopyNode(child, parent);
        }

        void CopyNode(int node, INode parent)
        {
            if (excluded.Contains(node))
                return;
            var own = copy.Import(index[node], deep: false);
            parent.AppendChild(own);
            CopyChildren(node, own);
        }
    }

    private static bool IsInside(HashSet<int> excluded, DocumentIndex index, int node)
    {
        for (; node >= 0; node = index.ParentOf(node))
            if (excluded.Contains(node))
                return true;
        return false;
    }
}
