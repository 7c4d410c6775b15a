using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>
/// Reads PowerDomain objects. Nothing in one stops us, and nothing in one that cannot be read gives the domain more than its author may have meant: a
/// budget that cannot be read is an unreadable one, an unknown redundancy is 2N, and whatever else decides how many watts are left closes the domain, as a
/// window of 0 W that is always open and is called after what could not be read.
/// </summary>
public static class PowerDomainReader
{
    /// <summary>Group of the resource.</summary>
    public const string Group = "toposcheduler.io";

    /// <summary>apiVersion of the resource as we write of it.</summary>
    public const string ApiVersion = Group + "/v1alpha1";

    /// <summary>kind of the resource.</summary>
    public const string Kind = "PowerDomain";

    private const int MostUnits = 1_000;
    private const int MostWindows = 100;
    private const string Closes = "nothing more is admitted to the domain until it can be read";

    private static readonly (string Word, PowerDomainKind Kind)[] Kinds =
        [.. Enum.GetValues<PowerDomainKind>().Select(k => (k.ToString().ToLowerInvariant(), k))];

    private static readonly ImmutableArray<string> Keys =
        ["kind", "name", "parent", "budgetWatts", "baseWatts", "redundancy", "units", "derate", "coolingWatts", "schedule"];

    /// <summary>What the object is called in messages, and what the state knows it by.</summary>
    /// <param name="name">metadata.name</param>
    public static string SourceOf(string name) => $"powerdomain/{name}";

    /// <summary>Reads one.</summary>
    public static PowerDomainReading Read(Tree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Read(Field.Root(tree, ProblemsOf(tree)));
    }

    /// <summary>Collects what is wrong with an object.</summary>
    internal static ObjectProblems ProblemsOf(Tree tree) => new(SourceOf(ObjectName.Of(tree).Name is { Length: > 0 } name ? name : "?"));

    /// <summary>Reads one; what is wrong goes to the field's problems too.</summary>
    internal static PowerDomainReading Read(Field root)
    {
        if (root["metadata"].Text("name") is not { Length: > 0 }) root["metadata"]["name"].Wrong("a name");
        var spec = root["spec"];
        UnknownKeys(spec, Keys);
        if (IdOf(root) is not { } id) return new(null, root.Problems.ToImmutable());

        var windows = ImmutableArray.CreateBuilder<BudgetWindow>();
        var read = new PowerDomainSpec
        {
            Source = root.Problems.Object,
            Id = id,
            Parent = ParentOf(spec["parent"], windows),
            BudgetWatts = BudgetOf(spec),
            BaseWatts = WattsOrClosed(spec, "baseWatts", 0, windows) ?? 0,
            Derate = Derate(spec["derate"]) ?? 1,
            Redundancy = RedundancyOf(spec["redundancy"]),
            Units = Units(spec["units"]),
            CoolingWatts = WattsOrClosed(spec, "coolingWatts", 1, windows),
        };
        ReadSchedule(spec, windows);
        var problems = root.Problems.ToImmutable();
        return new(read with { Schedule = windows.ToImmutable(), Problems = problems }, problems);
    }

    /// <summary>Watts between bounds; null when missing, and with a problem when wrong.</summary>
    internal static long? Watts(Field field, long least, string consequence)
    {
        if (field.IsMissing) return null;
        // A map or a list is told by its own words.
        if (field.Tree.Kind == TreeKind.Scalar
            && long.TryParse(field.Tree.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var watts)
            && watts >= least && watts <= PowerLabels.MostWatts)
        {
            return watts;
        }

        field.Wrong($"whole watts between {least} and {PowerLabels.MostWatts}, for example 40000; {consequence}");
        return null;
    }

    /// <summary>Tells keys that nobody reads: where the schema of the server does not drop them, a misspelt budget is none.</summary>
    internal static void UnknownKeys(Field map, ImmutableArray<string> keys)
    {
        foreach (var entry in map.Tree.Entries)
        {
            if (map.Problems.IsFull) return;
            if (keys.Contains(entry.Key)) continue;
            map.Problems.Warning($"{map.Path}: unknown key {Field.Quote(entry.Key)}, ignored; expected one of {string.Join(", ", keys)}.");
        }
    }

    private static PowerDomainId? IdOf(Field root)
    {
        var spec = root["spec"];
        PowerDomainKind? kind = spec["kind"].Tree.Kind == TreeKind.Scalar ? KindOf(spec["kind"].Tree.Text) : null;
        if (kind is null) spec["kind"].Wrong($"one of {string.Join(", ", Kinds.Select(k => k.Word))}; without it the object speaks of no domain and is left out");

        // As a label of a node: an empty one is none.
        var stated = spec["name"];
        var name = stated.Tree is { Kind: TreeKind.Scalar, Text.Length: > 0 } ? stated.Tree.Text : stated.Tree.Kind is TreeKind.Map or TreeKind.List ? null : root["metadata"]["name"].Tree.Text;
        if (name is null) stated.Wrong("the name of the domain as nodes carry it; without it the object speaks of no domain and is left out");
        else if (name.Length > 0 && !LabelValue.IsOne(name)) root.Problems.Warning($"spec.name: {Field.Quote(name)} can be on no node, used as it is; expected {LabelValue.Expected}.");
        return kind is { } rung && name is { Length: > 0 } ? new(rung, name) : null;
    }

    private static PowerDomainId? ParentOf(Field field, ImmutableArray<BudgetWindow>.Builder windows)
    {
        if (field.IsMissing || field.Tree is { Kind: TreeKind.Scalar, Text: "" }) return null;
        var slash = field.Tree.Text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && KindOf(field.Tree.Text[..slash]) is { } kind && slash + 1 < field.Tree.Text.Length) return new(kind, field.Tree.Text[(slash + 1)..]);
        // Whose budget it draws from is not known.
        field.Wrong($"a wider domain, such as \"pdu/pdu-1\"; {Closes}");
        windows.Add(Closed("parent"));
        return null;
    }

    // What is derated by nobody knows what may be anything.
    private static long? BudgetOf(Field spec)
    {
        var budget = spec["budgetWatts"];
        if (budget.IsMissing) return null;
        var watts = Watts(budget, 1, Closes) ?? PowerLocation.UnreadableBudget;
        return spec["derate"].IsMissing || IsShare(spec["derate"]) ? watts : PowerLocation.UnreadableBudget;
    }

    private static decimal? Derate(Field field)
    {
        if (field.IsMissing) return null;
        if (IsShare(field)) return Share(field);
        field.Wrong($"a number above 0 and at most 1, for example 0.8; {Closes}");
        return null;
    }

    private static bool IsShare(Field field) => Share(field) is > 0 and <= 1;

    private static decimal? Share(Field field) =>
        field.Tree.Kind == TreeKind.Scalar
        && decimal.TryParse(field.Tree.Text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var share) ? share : null;

    private static PowerRedundancy RedundancyOf(Field field)
    {
        if (field.IsMissing) return PowerRedundancy.None;
        switch (field.Tree.Kind == TreeKind.Scalar ? field.Tree.Text : null)
        {
            case "N":
                return PowerRedundancy.None;
            case "N+1":
                return PowerRedundancy.OneSpare;
            case "2N":
                return PowerRedundancy.Double;
            default:
                field.Wrong("\"N\", \"N+1\" or \"2N\"; it is read as 2N");
                return PowerRedundancy.Double;
        }
    }

    private static int Units(Field field)
    {
        if (field.IsMissing) return 0;
        if (field.Tree.Kind == TreeKind.Scalar && int.TryParse(field.Tree.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var units) && units is >= 2 and <= MostUnits) return units;
        field.Wrong($"a whole number between 2 and {MostUnits}, the spare unit counted; with N+1 half of the budget is taken as usable");
        return 0;
    }

    private static long? WattsOrClosed(Field spec, string key, long least, ImmutableArray<BudgetWindow>.Builder windows)
    {
        var field = spec[key];
        var watts = Watts(field, least, Closes);
        if (watts is null && !field.IsMissing) windows.Add(Closed(key));
        return watts;
    }

    private static void ReadSchedule(Field spec, ImmutableArray<BudgetWindow>.Builder windows)
    {
        var schedule = spec["schedule"];
        if (schedule.IsMissing) return;
        if (schedule.Tree.Kind != TreeKind.List || schedule.Tree.Items.Length > MostWindows)
        {
            schedule.Wrong($"a list of at most {MostWindows} windows; {Closes}");
            windows.Add(Closed("schedule"));
            return;
        }

        foreach (var item in spec.Items("schedule")) windows.Add(BudgetWindowReader.Read(item));
    }

    private static BudgetWindow Closed(string key) => new() { Name = $"unreadable {key}", BudgetWatts = 0 };

    private static PowerDomainKind? KindOf(string word)
    {
        foreach (var (known, kind) in Kinds)
        {
            if (known == word) return kind;
        }

        return null;
    }
}
