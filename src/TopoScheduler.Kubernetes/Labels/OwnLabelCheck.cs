using System.Collections.Immutable;
using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Tells about labels under our prefix that cannot be meant as they stand: unknown keys, and names Kubernetes would not store.</summary>
internal static class OwnLabelCheck
{
    private const int LongestValue = 63;
    private const int MostTold = 20;

    private const string Unknown = "unknown key, ignored";
    private const string NoValue = "no label value Kubernetes would store";
    private const string More = "has more wrong labels under ";

    private static readonly ImmutableArray<string> PowerPlaces = [PowerLabels.Rack, PowerLabels.Pdu, PowerLabels.PduB, PowerLabels.Row, PowerLabels.Facility];

    // Their values are names, which other nodes and budgets refer to; all other values have readers of their own.
    private static readonly ImmutableSortedSet<string> Places =
        [.. LabelProfiles.All[0].Fabric.SelectMany(keys => keys), .. LabelProfiles.All[0].NvLink, .. PowerPlaces];

    private static readonly ImmutableSortedSet<string> Known =
    [
        .. Places, .. PowerPlaces.Select(place => place + PowerLabels.BudgetSuffix),
        PowerLabels.Feed, PowerLabels.Cooling, PowerLabels.NodeMaxWatts, PowerLabels.NodeIdleWatts, PowerLabels.Powered, PowerLabels.GpuPowerCap,
    ];

    /// <summary>Checks the labels of one node.</summary>
    public static void Check(NodeLabels labels, ImmutableDictionary<string, string> all, ImmutableArray<Problem>.Builder problems)
    {
        List<string>? own = null;
        foreach (var (key, _) in all)
        {
            if (key.StartsWith(LabelProfiles.Prefix, StringComparison.Ordinal))
            {
                (own ??= []).Add(key);
            }
        }

        own?.Sort(StringComparer.Ordinal);
        var told = 0;
        foreach (var key in own ?? [])
        {
            if (told == MostTold)
            {
                problems.Add(Problem.Warning(labels.Node, $"{More}{LabelProfiles.Prefix}; the first {MostTold} are told."));
                return;
            }

            var shown = $"label {key}=\"{NodeLabels.Shorten(all[key])}\"";
            if (!Known.Contains(key))
            {
                problems.Add(Problem.Warning(labels.Node, $"{shown}: {Unknown}{Spelling.Hint(key, Known)}"));
                told++;
            }
            else if (Places.Contains(key) && labels[key] is { } value && !IsValue(value))
            {
                problems.Add(Problem.Warning(
                    labels.Node, $"{shown}: {NoValue}, used as it is; expected at most {LongestValue} letters, digits, \"-\", \"_\" or \".\", "
                    + "the first and last a letter or digit."));
                told++;
            }
        }
    }

    private static bool IsValue(string value)
    {
        if (value.Length > LongestValue || !char.IsAsciiLetterOrDigit(value[0]) || !char.IsAsciiLetterOrDigit(value[^1]))
        {
            return false;
        }

        foreach (var c in value)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
