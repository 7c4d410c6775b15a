using TopoScheduler.Core.Placement.Filters;

namespace TopoScheduler.Core.Tests.Filters;

/// <summary>Whether a table of eligibility allows an assignment of members (role, node): all its parts together, read as its comments say.</summary>
internal static class TableCheck
{
    public static bool Accepts(EligibilityTable table, IReadOnlyList<(int Role, int Node)> members) =>
        members.All(m => table.Removed[m.Role][m.Node] is null && table.Slots[m.Role][m.Node] > 0)
        && FitsDimensions(table, members)
        && table.DomainLimits.All(limit => FitsLimit(limit, members))
        && table.Spreads.All(spread => FitsSpread(spread, members))
        && table.SharedDomains.All(shared => FitsShared(shared, members));

    public static bool FitsSpread(SpreadLimit spread, IReadOnlyList<(int Role, int Node)> members)
    {
        var counts = spread.Existing.ToArray();
        foreach (var (role, node) in members)
        {
            if (spread.Counts[role] && spread.DomainOf[node] >= 0) counts[spread.DomainOf[node]]++;
        }

        var least = spread.ForceMinZero ? 0 : counts.Where((_, d) => spread.Countable[d]).DefaultIfEmpty(int.MaxValue).Min();
        return members.Where(m => spread.Holders[m.Role]).Select(m => spread.DomainOf[m.Node]).All(d => d < 0 || counts[d] - least <= spread.MaxSkew);
    }

    private static bool FitsDimensions(EligibilityTable table, IReadOnlyList<(int Role, int Node)> members) =>
        members.GroupBy(m => m.Node).All(on => Enumerable.Range(0, table.Dimensions.Length).All(d =>
            on.All(m => table.Request[m.Role][d] <= 0) || on.Sum(m => table.Request[m.Role][d]) <= table.Free[(on.Key * table.Dimensions.Length) + d]));

    private static bool FitsLimit(DomainLimit limit, IReadOnlyList<(int Role, int Node)> members) =>
        members.GroupBy(m => limit.DomainOf[m.Node]).All(inside => inside.Key < 0 || inside.Sum(m => limit.Weights[m.Role]) <= limit.High[inside.Key]);

    private static bool FitsShared(SharedDomain shared, IReadOnlyList<(int Role, int Node)> members)
    {
        var domains = members.Where(m => shared.Roles?[m.Role] ?? true).Select(m => shared.DomainOf[m.Node]).Distinct().ToList();
        return domains.Count <= 1 && !domains.Contains(-1);
    }
}
