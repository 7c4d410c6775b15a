using System.Collections.Immutable;
using TopoScheduler.Core.Placement.Capacity;

namespace TopoScheduler.Cli.Reports;

/// <summary>One line of the power tree: a domain, or siblings that are alike and have nothing below them.</summary>
/// <param name="Depth">Domains above it that are shown.</param>
/// <param name="Branch">Drawing before its name.</param>
/// <param name="Name">Its name, or those of all.</param>
/// <param name="Domain">The domain, or the first of them.</param>
/// <param name="Count">How many there are.</param>
internal sealed record PowerTreeRow(int Depth, string Branch, string Name, PowerTreeDomain Domain, int Count)
{
    /// <summary>What stands in front of the figures.</summary>
    public string Label => Branch + Name;

    /// <summary>The lines of a tree. Every domain hangs below the first of its parents that are shown; the widest hang below none.</summary>
    public static ImmutableArray<PowerTreeRow> Of(ImmutableArray<PowerTreeDomain> domains, Glyphs glyphs)
    {
        var shown = domains.Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        var below = domains.ToLookup(d => d.Parents.FirstOrDefault(shown.Contains) ?? "", StringComparer.Ordinal);
        var rows = ImmutableArray.CreateBuilder<PowerTreeRow>();
        Collect("", null, 0);
        return rows.ToImmutable();

        void Collect(string parent, string? trunk, int depth)
        {
            var groups = Alike(below, parent);
            for (var i = 0; i < groups.Count; i++)
            {
                var last = i == groups.Count - 1;
                var first = groups[i][0];
                rows.Add(new(depth, trunk is null ? "" : trunk + (last ? glyphs.LastBranch : glyphs.Branch), NameOf(groups[i]), first, groups[i].Count));
                Collect(first.Id, trunk is null ? "" : trunk + (last ? "   " : glyphs.Trunk), depth + 1);
            }
        }
    }

    /// <summary>Name of a domain, or of several alike: <c>r[1-4] × 4</c>.</summary>
    public static string NameOf(IReadOnlyList<PowerTreeDomain> alike) =>
        Named.Of(alike[0].Kind, NameRanges.Of(alike.Select(d => d.Name))) + (alike[0].Feed is { } feed ? $", feed {feed}" : "") + (alike.Count > 1 ? $" × {alike.Count}" : "");

    private static List<List<PowerTreeDomain>> Alike(ILookup<string, PowerTreeDomain> below, string parent) =>
        [.. below[parent].GroupBy(d => d with { Name = below.Contains(d.Id) ? d.Name : "", Parents = ImmutableArray<string>.Empty }).Select(g => g.ToList())];
}
