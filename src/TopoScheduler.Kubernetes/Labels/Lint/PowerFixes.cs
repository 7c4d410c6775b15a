using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Fixes of power labels that contradict each other.</summary>
internal static class PowerFixes
{
    private const string OneParent = "give every node below it the same parent";

    /// <summary>A domain below two parents: the one most of its nodes name.</summary>
    public static string TwoParents(ClusterSnapshot cluster, Problem problem)
    {
        if (Find(cluster, problem) is not { } domain || domain.Parents.Length < 2) return OneParent;
        var parents = domain.Parents.Select(p => cluster.Power.Domains[p]).ToList();
        var kind = parents[0].Kind;
        var same = parents.Where(p => p.Kind == kind).OrderByDescending(p => p.Nodes.Intersect(domain.Nodes).Count()).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        return Commands.SetBelow(cluster, domain, Commands.Key(kind), same[0].Name) + ", or give the second one a name of its own";
    }

    /// <summary>Several budgets: the one that is used anyway.</summary>
    public static string SeveralBudgets(ClusterSnapshot cluster, Problem problem) => Find(cluster, problem) is { BudgetWatts: { } budget } domain
        ? Commands.SetBudget(cluster, domain, Text(budget))
        : "state one budget";

    /// <summary>Several cooling classes: the one that is used anyway.</summary>
    public static string SeveralCoolingClasses(ClusterSnapshot cluster, Problem problem) => Find(cluster, problem) is { } rack
        ? Commands.SetBelow(cluster, rack, PowerLabels.Cooling, CoolingDefaults.LabelValue(rack.Cooling))
        : "state one cooling class";

    /// <summary>A budget above the cooling class: the bound of the class.</summary>
    public static string AboveCooling(ClusterSnapshot cluster, Problem problem) => Find(cluster, problem) is { } rack && CoolingDefaults.RackWatts(rack.Cooling) is { } bound
        ? Commands.SetBudget(cluster, rack, Text(bound)) + $", or correct {PowerLabels.Cooling}"
        : "lower the budget";

    /// <summary>No budget but a cooling class.</summary>
    public static string NoBudget(ClusterSnapshot cluster, Problem problem) => Find(cluster, problem) is { } rack
        ? Commands.SetBudget(cluster, rack, "<usable watts>")
        : "state a budget";

    /// <summary>A budget without the name of what it is for: <c>states a rack budget of ...</c></summary>
    public static string Homeless(ClusterSnapshot cluster, Problem problem)
    {
        var words = problem.Message.Split(' ');
        var rung = words.Length > 2 ? words[2] : "rack";
        return Commands.Set(LabelProfiles.Prefix + rung, $"<{rung}>");
    }

    /// <summary>Watts as a label value.</summary>
    public static string Text(long watts) => watts.ToString(CultureInfo.InvariantCulture);

    private static PowerDomain? Find(ClusterSnapshot cluster, Problem problem) => cluster.Power.Domains.FirstOrDefault(d => d.Id == problem.Object);
}
