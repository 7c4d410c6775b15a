using System.Collections.Immutable;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Cli.Commands;

/// <summary>
/// The options <c>--budget</c> and <c>--budget-all</c>: which budgets a report shall count with instead of those of the labels. They are read when the
/// cluster is known, so that everything wrong with them is told at once.
/// </summary>
/// <param name="Each">Texts such as <c>rack/r7=90kW</c>.</param>
/// <param name="All">A text such as <c>-10%</c>, for every budget that is not named.</param>
internal sealed record OtherBudgets(ImmutableArray<string> Each, string? All)
{
    private const int MostNames = 5;

    private static readonly string[] Kinds = [.. Enum.GetNames<PowerDomainKind>().Select(k => k.ToLowerInvariant())];

    /// <summary>The budgets as they are.</summary>
    public static OtherBudgets None { get; } = new([], null);

    /// <summary>The cluster under these budgets, one note a change, or what is wrong with the options; then the cluster is as it was.</summary>
    public (ClusterSnapshot Cluster, ImmutableArray<Problem> Notes, ImmutableArray<string> Errors) Apply(ClusterSnapshot cluster)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        var budgets = new SortedDictionary<int, long?>();
        foreach (var text in Each) ReadOne(text, cluster.Power, budgets, errors);
        int[] named = [.. budgets.Keys];
        if (All is not null) ReadAll(All, cluster.Power, budgets, errors);
        if (errors.Count > 0) return (cluster, [], errors.ToImmutable());

        var changed = cluster.WithPower(cluster.Power.WithBudgets(budgets.ToDictionary(b => cluster.Power.Domains[b.Key].Id, b => b.Value)));
        return (changed, Notes(cluster.Power, changed, named, [.. budgets.Keys.Except(named)]), []);
    }

    private static void ReadOne(string text, PowerModel power, SortedDictionary<int, long?> budgets, ImmutableArray<string>.Builder errors)
    {
        // The value holds no "=", a name in a file might.
        var (slash, equals) = (text.IndexOf('/', StringComparison.Ordinal), text.LastIndexOf('='));
        if (slash < 1 || equals < slash + 2)
        {
            Wrong("is not understood; expected kind/name=value such as \"rack/r7=90kW\", \"pdu/p1=+5%\" or \"row/w2=none\"");
            return;
        }

        var (kind, name, value) = (text[..slash], text[(slash + 1)..equals], BudgetValue.Read(text[(equals + 1)..]));
        if (value is null) Wrong($"the value \"{text[(equals + 1)..]}\" is not understood; {BudgetValue.Expected}");
        if (!Kinds.Contains(kind))
        {
            Wrong($"the kind \"{kind}\" is unknown; expected rack, pdu, row or facility");
            return;
        }

        if (power.Domains.FirstOrDefault(d => d.Id == $"{kind}/{name}") is not { } domain)
        {
            string[] names = [.. power.Domains.Where(d => d.Id.StartsWith($"{kind}/", StringComparison.Ordinal)).Select(d => d.Name)];
            Wrong(names.Length == 0
                ? $"the cluster has no {kind} at all; expected a power domain that its labels name"
                : $"the cluster has no {kind} \"{name}\"; expected one of {List(names)}");
            return;
        }

        var watts = value?.Watts;
        if (value?.Percent is { } percent)
        {
            if (domain.BudgetWatts is { } present) watts = BudgetValue.Changed(present, percent);
            else Wrong($"{domain.Id} has no budget to take a percentage of; expected watts, such as \"{domain.Id}=90kW\"");
        }

        if (!budgets.TryAdd(domain.Index, watts)) Wrong($"{domain.Id} is given twice; expected it once");

        void Wrong(string what) => errors.Add($"option --budget=\"{text}\": {what}.");
    }

    private static void ReadAll(string text, PowerModel power, SortedDictionary<int, long?> budgets, ImmutableArray<string>.Builder errors)
    {
        if (BudgetValue.ReadPercent(text) is not { } percent)
        {
            errors.Add($"option --budget-all=\"{text}\": {BudgetValue.ExpectedPercent}.");
            return;
        }

        if (power.Domains.All(d => d.BudgetWatts is null))
        {
            errors.Add($"option --budget-all=\"{text}\": no power domain of the cluster has a budget; expected at least one.");
            return;
        }

        foreach (var domain in power.Domains)
        {
            if (domain.BudgetWatts is { } present) budgets.TryAdd(domain.Index, BudgetValue.Changed(present, percent));
        }
    }

    private ImmutableArray<Problem> Notes(PowerModel before, ClusterSnapshot changed, int[] named, int[] others)
    {
        var draws = Enumerable.Range(0, changed.Nodes.Length).Select(changed.DrawOf).ToArray();
        var notes = ImmutableArray.CreateBuilder<Problem>();
        foreach (var index in named)
        {
            var domain = changed.Power.Domains[index];
            var over = IsOver(domain) ? $"; up to {Watts(changed.Power.BeforeWatts(index, draws))} are drawn there already, so nothing more is admitted" : "";
            notes.Add(Problem.Info(domain.Id, $"budget taken as {Watts(domain.BudgetWatts)} instead of {Watts(before.Domains[index].BudgetWatts)} (--budget){over}."));
        }

        if (All is not null)
        {
            string[] full = [.. others.Select(d => changed.Power.Domains[d]).Where(IsOver).Select(d => d.Id)];
            var over = full.Length == 0 ? "" : $"; more is drawn already in {List(full)}, so nothing more is admitted there";
            notes.Add(Problem.Info("cluster", $"{Figures.Count(others.Length, "budget")} changed by {All} (--budget-all){over}."));
        }

        return notes.ToImmutable();

        bool IsOver(PowerDomain domain) => changed.Power.BeforeWatts(domain.Index, draws) > domain.BudgetWatts;
    }

    private static string List(string[] names) =>
        names.Length <= MostNames ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more";

    private static string Watts(long? watts) => watts is { } value ? $"{Figures.Whole(value)} W" : "none";
}
