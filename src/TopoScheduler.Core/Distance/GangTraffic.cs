using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Distance;

/// <summary>
/// What a gang sends in one step, from its hints, else from the defaults of <c>design.md</c> §3.3. Everything assumed is listed.
/// </summary>
internal sealed class GangTraffic
{
    /// <summary>AllReduce bytes per rank and step of a training or unknown gang without hints: 1 GiB.</summary>
    public const double DefaultTrainingBytes = 1024.0 * 1024 * 1024;

    /// <summary>AllReduce bytes per rank and step inside an inference pod without hints: 64 MiB.</summary>
    public const double DefaultInferenceBytes = 64.0 * 1024 * 1024;

    /// <summary>Gradients are exchanged in BF16.</summary>
    private const double GradientBytesPerParameter = 2;

    private readonly Gang _gang;
    private readonly string _object;
    private readonly ImmutableArray<ParallelDimension> _dimensions;
    private readonly List<Communicator> _communicators = [];
    private readonly ImmutableArray<Problem>.Builder _assumptions = ImmutableArray.CreateBuilder<Problem>();

    private GangTraffic(Gang gang)
    {
        _gang = gang;
        _object = gang.Key.Id;
        var dimensions = gang.Hints.Parallelism;
        // A product that is not the number of ranks makes the gang Invalid elsewhere; here it must only not break anything.
        _dimensions = Product(dimensions, _ => true) == gang.Gpus ? dimensions : [];
    }

    /// <summary>The communicators, outermost first.</summary>
    public ImmutableArray<Communicator> Communicators => [.. _communicators];

    /// <summary>What was assumed.</summary>
    public ImmutableArray<Problem> Assumptions => _assumptions.ToImmutable();

    /// <summary>The traffic of a gang.</summary>
    public static GangTraffic Of(Gang gang)
    {
        var traffic = new GangTraffic(gang);
        if (gang.Gpus > 1)
        {
            traffic.AddAllReduce();
            traffic.AddAllToAll();
            traffic.AddPointToPoint();
        }

        return traffic;
    }

    /// <summary>True for workloads whose replicas do not talk to each other.</summary>
    public static bool IsInference(string? workload) => workload is "prefill" or "decode" or "inference";

    private void AddAllReduce()
    {
        var hints = _gang.Hints;
        if (Usable(hints.AllReduceBytes) is { } given)
        {
            AddOutermost(given);
            AddTensorGroups(given);
        }
        else if (hints.Workload == "batch")
        {
            Assume("no AllReduce: a batch gang's pods work alone");
        }
        else if (IsInference(hints.Workload))
        {
            AddInferenceDefault();
        }
        else if (hints.Model is { Parameters: > 0 } model)
        {
            var shards = Product(_dimensions, d => d.Name is "tp" or "pp");
            var bytes = GradientBytesPerParameter * model.Parameters / shards;
            Assume(
                $"AllReduce of {Size(bytes)} per rank and step, the BF16 gradients of {model.Parameters.ToString("0.###e0", CultureInfo.InvariantCulture)}"
                + $" parameters over {shards} shard(s)");
            AddOutermost(bytes);
            AddTensorGroups(bytes);
        }
        else
        {
            Assume($"AllReduce of 1 GiB per rank and step ({(hints.Workload is { } known ? $"workload {known}" : "workload unknown")}, no bytes and no model given)");
            AddOutermost(DefaultTrainingBytes);
            AddTensorGroups(DefaultTrainingBytes);
        }
    }

    // dp groups; without dp the outermost dimension with more than one part; without parallelism the whole gang.
    private void AddOutermost(double bytes)
    {
        var dimension = Outermost();
        if (dimension is null)
        {
            Add(new() { Kind = CollectiveKind.AllReduce, Bytes = bytes, GroupSize = _gang.Gpus });
        }
        else
        {
            AddGroups(CollectiveKind.AllReduce, bytes, name => name == dimension);
        }
    }

    private void AddTensorGroups(double bytes)
    {
        if (Outermost() is "tp" or "cp" || Product(_dimensions, IsTensor) <= 1) return;
        Assume($"AllReduce of {Size(bytes)} per rank and step over each tp·cp group as well");
        AddGroups(CollectiveKind.AllReduce, bytes, name => name is "tp" or "cp");
    }

    // Replicas (dp) do not talk to each other: only the tp·cp groups do, or each pod's own GPUs.
    private void AddInferenceDefault()
    {
        var workload = _gang.Hints.Workload;
        if (Product(_dimensions, IsTensor) > 1)
        {
            Assume($"AllReduce of 64 MiB per rank and step over each tp·cp group, none between replicas (workload {workload})");
            AddGroups(CollectiveKind.AllReduce, DefaultInferenceBytes, name => name is "tp" or "cp");
            return;
        }

        Assume($"AllReduce of 64 MiB per rank and step inside each pod's NVLink domain, none between pods (workload {workload})");
        var widest = _gang.Roles.Max(r => r.Template.Gpus);
        Add(new() { Kind = CollectiveKind.AllReduce, Bytes = DefaultInferenceBytes, GroupSize = widest, InsidePod = true });
    }

    private void AddAllToAll()
    {
        if (Usable(_gang.Hints.AllToAllBytes) is not { } bytes) return;
        if (Product(_dimensions, d => d.Name == "ep") > 1)
        {
            AddGroups(CollectiveKind.AllToAll, bytes, name => name == "ep");
        }
        else
        {
            Assume("AllToAll over all ranks, no ep degree given");
            Add(new() { Kind = CollectiveKind.AllToAll, Bytes = bytes, GroupSize = _gang.Gpus });
        }
    }

    private void AddPointToPoint()
    {
        if (Usable(_gang.Hints.PointToPointBytes) is not { } bytes || bytes == 0) return;
        var stride = 1;
        foreach (var (name, degree) in _dimensions)
        {
            if (name == "pp" && degree > 1)
            {
                var pairs = new List<int>();
                for (var rank = 0; rank + stride < _gang.Gpus; rank++)
                {
                    if (rank / stride % degree < degree - 1) pairs.AddRange([rank, rank + stride]);
                }

                Add(new() { Kind = CollectiveKind.PointToPoint, Bytes = bytes, GroupSize = 2, Ranks = [.. pairs], BlockSize = stride });
                return;
            }

            stride *= degree;
        }

        Assume("p2p-bytes not used: no pp degree above 1 is given");
    }

    private string? Outermost()
    {
        var outermost = default(string);
        foreach (var (name, degree) in _dimensions)
        {
            if (degree <= 1) continue;
            if (name == "dp") return name;
            outermost = name;
        }

        return outermost;
    }

    // Groups are the sets of ranks whose coordinates differ only in the chosen dimensions; coordinates are mixed radix, innermost first.
    private void AddGroups(CollectiveKind kind, double bytes, Func<string, bool> chosen)
    {
        var offsets = new List<int> { 0 };
        var bases = new List<int> { 0 };
        int stride = 1, block = 0;
        foreach (var (name, degree) in _dimensions)
        {
            var list = chosen(name) ? offsets : bases;
            if (block == 0 && degree > 1 && chosen(name)) block = stride;
            var count = list.Count;
            for (var c = 1; c < degree; c++)
            {
                for (var i = 0; i < count; i++) list.Add(list[i] + c * stride);
            }

            stride *= degree;
        }

        offsets.Sort();
        bases.Sort();
        var ranks = new int[offsets.Count * bases.Count];
        var at = 0;
        foreach (var first in bases)
        {
            foreach (var offset in offsets) ranks[at++] = first + offset;
        }

        Add(new() { Kind = kind, Bytes = bytes, GroupSize = offsets.Count, Ranks = ranks, BlockSize = Math.Max(1, block) });
    }

    private void Add(Communicator communicator)
    {
        if (communicator.GroupSize > 1 && communicator.Bytes > 0) _communicators.Add(communicator);
    }

    private void Assume(string what) => _assumptions.Add(Problem.Info(_object, $"assumed: {what}."));

    private static bool IsTensor(ParallelDimension d) => d.Name is "tp" or "cp";

    private static double? Usable(double? bytes) => bytes is { } b && double.IsFinite(b) && b >= 0 ? b : null;

    private static long Product(ImmutableArray<ParallelDimension> dimensions, Func<ParallelDimension, bool> counts)
    {
        var product = 1L;
        foreach (var dimension in dimensions)
        {
            if (counts(dimension)) product = Math.Min(product * Math.Max(0L, dimension.Degree), int.MaxValue);
        }

        return dimensions.IsEmpty ? 1 : product;
    }

    private static string Size(double bytes) => bytes >= 1e9
        ? $"{(bytes / 1e9).ToString("0.###", CultureInfo.InvariantCulture)} GB"
        : $"{(bytes / 1e6).ToString("0.###", CultureInfo.InvariantCulture)} MB";
}
