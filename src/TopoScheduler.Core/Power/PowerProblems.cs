using System.Collections.Immutable;
using System.Globalization;

namespace TopoScheduler.Core.Power;

/// <summary>Collects what is contradictory or incomplete in the power labels, in a fixed order.</summary>
internal sealed class PowerProblems(IReadOnlyList<string> names, IReadOnlyList<PowerLocation> locations, IReadOnlyList<PowerDomainSpec> specs)
{
    private readonly ImmutableArray<Problem>.Builder _problems = ImmutableArray.CreateBuilder<Problem>();

    public ImmutableArray<Problem> ToImmutable() => _problems.ToImmutable();

    /// <summary>What one node says that cannot be used as it stands.</summary>
    public void ReportNodes()
    {
        for (var n = 0; n < locations.Count; n++)
        {
            var at = locations[n];
            Homeless(n, at.Rack, at.RackBudgetWatts, "rack");
            Homeless(n, at.Pdu, at.PduBudgetWatts, "pdu");
            Homeless(n, at.PduB, at.PduBBudgetWatts, "pdu-b");
            Homeless(n, at.Row, at.RowBudgetWatts, "row");
            Homeless(n, at.Facility, at.FacilityBudgetWatts, "facility");
            if (at.Cooling != CoolingClass.Unknown && at.Rack is null)
            {
                Warn(n, $"states the cooling class \"{CoolingDefaults.LabelValue(at.Cooling)}\" but names no rack it applies to; it is ignored.");
            }

            if (at.PduB is not null && at.Pdu is null)
            {
                Warn(n, $"names a B-side PDU \"{at.PduB}\" but no PDU, expected both; it is taken as single-corded to \"{at.PduB}\".");
            }
            else if (at.PduB is not null && at.PduB == at.Pdu)
            {
                Warn(n, $"names \"{at.Pdu}\" both as its PDU and as its B-side PDU, expected two; it is taken as single-corded.");
            }
            else if (at.PduB is not null && at.Feed != PowerFeed.None)
            {
                Warn(n, $"is dual-corded (\"{at.Pdu}\" and \"{at.PduB}\") but also states feed {at.Feed}; the feed is ignored.");
            }
        }
    }

    /// <summary>What the resources say that cannot be used as it stands.</summary>
    public void ReportSpecs(PowerTree tree)
    {
        foreach (var spec in specs)
        {
            _problems.AddRange(spec.Problems);
            if (spec.Parent is { } parent && parent.Kind <= spec.Id.Kind)
            {
                _problems.Add(Problem.Error(spec.Source, $"states the parent {parent} for {spec.Id}, expected a wider domain; it is ignored."));
            }

            if (spec.Redundancy != PowerRedundancy.None && spec.BudgetWatts is not null && tree.Find(spec.Id.Kind, spec.Id.Name)!.IsFeed)
            {
                _problems.Add(Problem.Warning(spec.Source, $"states a redundancy for {spec.Id}, which is one of two feeds; it is ignored, as each feed must hold alone already."));
            }

            if (spec is { Redundancy: PowerRedundancy.OneSpare, Units: < 2, BudgetWatts: not null })
            {
                _problems.Add(Problem.Warning(spec.Source, $"states N+1 for {spec.Id} but not of how many units, expected units of 2 or more; half of its budget is taken as usable."));
            }
        }

        foreach (var same in specs.GroupBy(s => s.Id).Where(g => g.Count() > 1))
        {
            _problems.Add(Problem.Warning(same.Key.ToString(), $"has several resources: {string.Join(", ", same.Select(s => s.Source))}; the lowest budgets and the highest base load count."));
        }
    }

    /// <summary>What the nodes of one domain do not agree on.</summary>
    public void ReportTree(PowerTree tree)
    {
        foreach (var vertex in tree.Vertices)
        {
            if (vertex.HasConflictingParents)
            {
                var parents = PowerTree.NearestParents(vertex).Select(p => tree.Vertices[p].Id);
                Warn(vertex, $"is labelled below {string.Join(" and ", parents)}, expected one; it counts below each of them.");
            }

            ReportBudgets(vertex);
            if (vertex.Kind == PowerDomainKind.Rack)
            {
                ReportCooling(vertex);
            }
        }
    }

    private void ReportBudgets(PowerVertex vertex)
    {
        if (vertex.HasOnlyUnreadableBudgets)
        {
            _problems.Add(Problem.Error(vertex.Id, "has no budget that can be read; nothing more is admitted there until it is stated in whole watts."));
        }

        if (vertex.StatedBudgets.Count > 1)
        {
            var stated = vertex.StatedBudgets.Select(b => $"{Watts(b.Key)} ({StaterOf(b.Value)})").Take(5);
            var more = vertex.StatedBudgets.Count > 5 ? $" and {vertex.StatedBudgets.Count - 5} more" : "";
            Warn(vertex, $"has several budgets: {string.Join(", ", stated)}{more}; the lowest, {Watts(vertex.StatedBudgets.Keys.First())}, is used.");
        }
    }

    private void ReportCooling(PowerVertex rack)
    {
        if (rack.CoolingClasses.Count > 1)
        {
            var classes = string.Join(", ", rack.CoolingClasses.Select(c => $"\"{CoolingDefaults.LabelValue(c)}\""));
            Warn(rack, $"has several cooling classes: {classes}; the lowest, \"{CoolingDefaults.LabelValue(rack.Cooling)}\", is used.");
        }

        if (CoolingDefaults.RackWatts(rack.Cooling) is { } bound)
        {
            if (rack.StatedBudgets.Count == 0 && !rack.HasOnlyUnreadableBudgets && rack.CoolingWatts is null)
            {
                _problems.Add(Problem.Info(
                    rack.Id, $"states no budget; the upper bound of its cooling class \"{CoolingDefaults.LabelValue(rack.Cooling)}\", {Watts(bound)}, is used."));
            }
            else if (rack.EffectiveBudgetWatts > bound)
            {
                Warn(rack, $"has a budget of {Watts(rack.EffectiveBudgetWatts.Value)}, above the {Watts(bound)} its cooling class "
                    + $"\"{CoolingDefaults.LabelValue(rack.Cooling)}\" is planned for.");
            }
        }
    }

    private string StaterOf(int who) => who < 0 ? specs[-1 - who].Source : $"node/{names[who]}";

    private void Homeless(int node, string? name, long? budget, string rung)
    {
        if (name is null && budget is { } watts)
        {
            var stated = watts == PowerLocation.UnreadableBudget ? "that cannot be read" : $"of {Watts(watts)}";
            Warn(node, $"states a {rung} budget {stated} but no {rung} name; the budget is ignored.");
        }
    }

    private void Warn(int node, string message) => _problems.Add(Problem.Warning($"node/{names[node]}", message));

    private void Warn(PowerVertex vertex, string message) => _problems.Add(Problem.Warning(vertex.Id, message));

    private static string Watts(long watts) => string.Create(CultureInfo.InvariantCulture, $"{watts:N0} W");
}
