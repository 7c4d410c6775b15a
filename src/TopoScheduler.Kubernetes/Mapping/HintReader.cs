using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Annotations under <c>toposcheduler.io/</c> → <see cref="GangHints"/>, exactly as the table of <c>design.md</c> §3.3 says.</summary>
internal static class HintReader
{
    /// <summary>Most members a gang can have.</summary>
    public const int MostMembers = 100_000;

    private const int MostWatts = 100_000;
    private const double MostParameters = 1e16;

    private static readonly ImmutableArray<string> Workloads = ["pretrain", "finetune", "prefill", "decode", "inference", "batch"];
    private static readonly ImmutableArray<string> Precisions = ["fp32", "bf16", "fp16", "fp8", "fp4", "mxfp8", "mxfp4"];

    /// <summary>Reads the hints of a gang of so many members and GPUs.</summary>
    public static GangHints Read(AnnotationValues values, int members, int gpus)
    {
        TellUnused(values);
        var (segmentSize, segmentTier) = Segments(values, members);
        var hints = new GangHints
        {
            Required = Target(values, AnnotationKeys.RequiredTopology),
            Preferred = Target(values, AnnotationKeys.PreferredTopology),
            PreferredFor = values.Duration(AnnotationKeys.PreferredFor, "10m"),
            SegmentSize = segmentSize,
            SegmentTier = segmentTier,
            Parallelism = ParallelismReader.Read(values, gpus),
            Workload = Workload(values),
            Model = Model(values),
            AllReduceBytes = values.Bytes(AnnotationKeys.AllReduceBytes),
            AllToAllBytes = values.Bytes(AnnotationKeys.AllToAllBytes),
            PointToPointBytes = values.Bytes(AnnotationKeys.PointToPointBytes),
            ExpectedDuration = values.Duration(AnnotationKeys.ExpectedDuration, "36h"),
            GpuWatts = GpuWatts(values),
            GpuWattsMin = GpuWattsMin(values),
        };
        HintCheck.TellContradictions(hints, values);
        return hints;
    }

    /// <summary>The workload of one role.</summary>
    public static string? Workload(AnnotationValues values) => values.Choice(AnnotationKeys.Workload, Workloads);

    /// <summary>The expected watts per GPU of one role.</summary>
    public static int? GpuWatts(AnnotationValues values) => values.Whole(AnnotationKeys.GpuWatts, 1, MostWatts, "700");

    /// <summary>The lowest GPU power cap a job accepts.</summary>
    public static int? GpuWattsMin(AnnotationValues values) => values.Whole(AnnotationKeys.GpuWattsMin, 1, MostWatts, "560");

    /// <summary><c>gang-size</c>.</summary>
    public static int? GangSize(AnnotationValues values) => values.Whole(AnnotationKeys.GangSize, 1, MostMembers, "64");

    /// <summary><c>gang-min</c> of a gang of so many members.</summary>
    public static int? GangMin(AnnotationValues values, int members) =>
        values.Whole(AnnotationKeys.GangMin, 1, members, Math.Max(1, members * 7 / 8).ToString(CultureInfo.InvariantCulture));

    private static void TellUnused(AnnotationValues values)
    {
        foreach (var key in new[] { AnnotationKeys.Dataset, AnnotationKeys.Spares })
        {
            if (values.Has(key))
            {
                values.Problems.Info($"annotation {key}={Field.Quote(values.Text(key)!)}: accepted, not used by this version.");
            }
        }

        if (values.Text(AnnotationKeys.PreferredFor) is { } wish)
        {
            values.Problems.Info($"annotation {AnnotationKeys.PreferredFor}={Field.Quote(wish)}: the queue of gangs holds out so long; one plan does not.");
        }

        if (values.Text(AnnotationKeys.Spares) is { } spares && !IsSpares(spares))
        {
            values.Wrong(AnnotationKeys.Spares, "a number of members and a tier, for example \"2/nvlink-domain\"");
        }

        if (values.Text(AnnotationKeys.Dataset) is { } dataset && dataset.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
        {
            values.Wrong(AnnotationKeys.Dataset, "namespace and name of a data set, for example \"ml/imagenet\"");
        }
    }

    private static bool IsSpares(string text) =>
        text.Split('/', 2) is [var count, var tier]
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= MostMembers
        && TryTarget(tier, out _);

    private static (int Size, TierTarget? Tier) Segments(AnnotationValues values, int members)
    {
        var size = values.Whole(AnnotationKeys.SegmentSize, 1, members, Math.Min(16, members).ToString(CultureInfo.InvariantCulture));
        var tier = Target(values, AnnotationKeys.SegmentTopology);
        if (values.Has(AnnotationKeys.SegmentSize) && !values.Has(AnnotationKeys.SegmentTopology))
        {
            values.Wrong(AnnotationKeys.SegmentSize, $"{AnnotationKeys.SegmentTopology} beside it, for example \"nvlink-domain\"");
        }
        else if (values.Has(AnnotationKeys.SegmentTopology) && !values.Has(AnnotationKeys.SegmentSize))
        {
            values.Wrong(AnnotationKeys.SegmentTopology, $"{AnnotationKeys.SegmentSize} beside it, for example \"16\"");
        }

        return size is null || tier is null ? (0, null) : (size.Value, tier);
    }

    private static TierTarget? Target(AnnotationValues values, string key)
    {
        if (values.Text(key) is not { } text)
        {
            return null;
        }

        if (TryTarget(text, out var target))
        {
            return target;
        }

        values.Wrong(key, "node, nvlink-domain, leaf, spine, core, tier-3 to tier-9, cluster, or a node label key with a prefix such as \"example.com/row\"");
        return null;
    }

    /// <summary>A tier name or a node label key.</summary>
    public static bool TryTarget(string text, [NotNullWhen(true)] out TierTarget? target)
    {
        target = Tier.TryParse(text, out var tier) ? new(tier)
            : TierOfKey(text) is { } known ? new(known)
            : IsLabelKey(text) ? new(Tier.Cluster, text)
            : null;
        return target is not null;
    }

    // Kubernetes' own zone, region and rack labels stand on nodes of every provider; as a switch tier they count only where nothing better is known.
    private static Tier? TierOfKey(string key) => key.StartsWith("topology.kubernetes.io/", StringComparison.Ordinal) ? null : LabelProfiles.TierOfKey(key);

    private static bool IsLabelKey(string text) =>
        text.Split('/') is [{ Length: > 0 and <= 253 } prefix, { Length: > 0 and <= 63 } name]
        && prefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);

    private static ModelHint? Model(AnnotationValues values)
    {
        if (values.Text(AnnotationKeys.Model) is not { } text)
        {
            return null;
        }

        double? parameters = null;
        double? active = null;
        string? precision = null;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var known = part.Split('=', 2, StringSplitOptions.TrimEntries) switch
            {
                ["params", var n] when parameters is null && AnnotationValues.TryNumber(n, out var p) => (parameters = p) <= MostParameters,
                ["active-params", var n] when active is null && AnnotationValues.TryNumber(n, out var a) => (active = a) <= MostParameters,
                ["precision", var word] when precision is null && Precisions.Contains(word) => (precision = word) is not null,
                _ => false,
            };
            if (!known)
            {
                WrongModel(values);
                return null;
            }
        }

        if (parameters is null || active > parameters)
        {
            WrongModel(values);
            return null;
        }

        return new(parameters.Value, active ?? parameters.Value, precision ?? "bf16");
    }

    private static void WrongModel(AnnotationValues values) => values.Wrong(
        AnnotationKeys.Model, $"params=<number>, with active-params=<no more> and precision=<{string.Join("|", Precisions)}> if wanted, "
        + "for example \"params=70e9,precision=bf16\"");
}
