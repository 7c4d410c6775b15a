using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>Other power budgets: those named, and a percentage for the rest.</summary>
internal sealed class BudgetChanges(ClusterSnapshot cluster, ScenarioProblems problems)
{
    private const string Field = "budget";
    private const int MostNames = 5;

    private readonly SortedDictionary<int, long?> _named = [];
    private readonly SortedDictionary<int, long?> _others = [];
    private string _all = "";

    /// <summary>Reads one of those named: <c>rack/r7=90kW</c>.</summary>
    public void Read(string text)
    {
        // The value holds no "=", a name in a file might.
        var (slash, equals) = (text.IndexOf('/', StringComparison.Ordinal), text.LastIndexOf('='));
        if (slash < 1 || equals < slash + 2)
        {
            problems.Wrong(Field, text, "is not understood; expected kind/name=value such as \"rack/r7=90kW\", \"pdu/p1=+5%\" or \"row/w2=none\"");
            return;
        }

        var value = BudgetValue.Read(text[(equals + 1)..]);
        if (value is null) problems.Wrong(Field, text, $"the value \"{text[(equals + 1)..]}\" is not understood; {BudgetValue.Expected}");
        if (new PlaceFinder(cluster, problems).Domain(Field, text, (text[..slash], text[(slash + 1)..equals])) is not { } domain) return;
        var watts = value?.Watts;
        if (value?.Percent is { } percent)
        {
            if (domain.BudgetWatts is { } present) watts = BudgetValue.Changed(present, percent);
            else problems.Wrong(Field, text, $"{domain.Id} has no budget to take a percentage of; expected watts, such as \"{domain.Id}=90kW\"");
        }

        if (!_named.TryAdd(domain.Index, watts)) problems.Wrong(Field, text, $"{domain.Id} is given twice; expected it once");
    }

    /// <summary>Reads what changes all that are not named; after those.</summary>
    public void ReadAll(string text)
    {
        if (BudgetValue.ReadPercent(text) is not { } percent)
        {
            problems.Wrong("budgetAll", text, BudgetValue.ExpectedPercent);
            return;
        }

        if (cluster.Power.Domains.All(d => d.BudgetWatts is null))
        {
            problems.Wrong("budgetAll", text, "no power domain of the cluster has a budget; expected at least one");
            return;
        }

        _all = text;
        foreach (var domain in cluster.Power.Domains)
        {
            if (domain.BudgetWatts is { } present && !_named.ContainsKey(domain.Index)) _others.Add(domain.Index, BudgetValue.Changed(present, percent));
        }
    }

    /// <summary>The power model under these budgets, and what was changed; draws are those of another version of the cluster with the same nodes.</summary>
    /// <param name="now">The cluster whose pods count.</param>
    public (ClusterSnapshot Cluster, ImmutableArray<ScenarioChange> Changes) Apply(ClusterSnapshot now)
    {
        if (_named.Count == 0 && _others.Count == 0) return (now, []);
        var changed = now.WithPower(now.Power.WithBudgets(_named.Concat(_others).ToDictionary(b => now.Power.Domains[b.Key].Id, b => b.Value)));
        var changes = ImmutableArray.CreateBuilder<ScenarioChange>();
        foreach (var d in _named.Keys)
        {
            var domain = changed.Power.Domains[d];
            var over = IsOver(domain) ? $"; up to {ReportText.Watts(changed.CommittedWatts(d))} are drawn there already, so nothing more is admitted" : "";
            changes.Add(new(ScenarioChangeKind.Budget, domain.Id, $"{Watts(domain.BudgetWatts)} instead of {Watts(now.Power.Domains[d].BudgetWatts)}{over}"));
        }

        if (_all.Length > 0)
        {
            string[] full = [.. _others.Keys.Select(d => changed.Power.Domains[d]).Where(IsOver).Select(d => d.Id)];
            var over = full.Length == 0 ? "" : $"; more is drawn already in {List(full)}, so nothing more is admitted there";
            changes.Add(new(ScenarioChangeKind.Budget, "cluster", $"{ReportText.Count(_others.Count, "budget")} changed by {_all}{over}"));
        }

        return (changed, changes.ToImmutable());

        bool IsOver(PowerDomain domain) => changed.CommittedWatts(domain.Index) > domain.BudgetWatts;
    }

    private static string List(string[] names) =>
        names.Length <= MostNames ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more";

    private static string Watts(long? watts) => watts is { } value ? ReportText.Watts(value) : "none";
}
