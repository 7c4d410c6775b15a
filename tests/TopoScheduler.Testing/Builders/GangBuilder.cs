using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Testing.Builders;

/// <summary>Builds gangs: <c>GangBuilder.Members(8).GpusPerPod(8).Required(Tier.Leaf).Build()</c>. The namespace is trusted, as in offline reports.</summary>
public sealed class GangBuilder
{
    /// <summary>The GPU resource.</summary>
    public const string Gpu = "nvidia.com/gpu";

    private const string Label = "gang";
    private readonly List<(string Name, int Count, int Gpus, long CpuMilli)> _roles = [];
    private GangHints _hints = GangHints.None;
    private string _name = "gang";
    private int? _min;
    private bool _selfExclusion;
    private bool _trusted = true;
    private Func<PodTemplate, PodTemplate> _change = static t => t;

    private GangBuilder()
    {
    }

    /// <summary>A gang of one role.</summary>
    public static GangBuilder Members(int count) => new GangBuilder().Role("worker", count, 8);

    /// <summary>A gang without roles yet.</summary>
    public static GangBuilder Mixed() => new();

    /// <summary>GPUs per pod of the last role.</summary>
    public GangBuilder GpusPerPod(int gpus) => With(() => _roles[^1] = _roles[^1] with { Gpus = gpus });

    /// <summary>CPU per pod of the last role, in thousandths of a core.</summary>
    public GangBuilder CpuPerPod(long milli) => With(() => _roles[^1] = _roles[^1] with { CpuMilli = milli });

    /// <summary>Adds a role.</summary>
    public GangBuilder Role(string name, int count, int gpus, long cpuMilli = 1000) => With(() => _roles.Add((name, count, gpus, cpuMilli)));

    public GangBuilder Named(string name) => With(() => _name = name);

    public GangBuilder Min(int members) => With(() => _min = members);

    public GangBuilder Required(Tier? tier) => With(() => _hints = _hints with { Required = tier is { } t ? new(t) : null });

    public GangBuilder Preferred(Tier? tier) => With(() => _hints = _hints with { Preferred = tier is { } t ? new(t) : null });

    public GangBuilder Segments(int size, Tier tier) => With(() => _hints = _hints with { SegmentSize = size, SegmentTier = size > 0 ? new(tier) : null });

    public GangBuilder Workload(string? workload) => With(() => _hints = _hints with { Workload = workload });

    public GangBuilder GpuWatts(int? watts, int? min = null) => With(() => _hints = _hints with { GpuWatts = watts, GpuWattsMin = min });

    public GangBuilder Parallelism(params ParallelDimension[] dimensions) => With(() => _hints = _hints with { Parallelism = [.. dimensions] });

    public GangBuilder Hints(Func<GangHints, GangHints> change) => With(() => _hints = change(_hints));

    /// <summary>No two members on one node: required anti-affinity of the gang to itself by host name.</summary>
    public GangBuilder SelfExclusion(bool exclude = true) => With(() => _selfExclusion = exclude);

    /// <summary>False: hints may lower the draw only where the node enforces caps.</summary>
    public GangBuilder Trusted(bool trusted) => With(() => _trusted = trusted);

    /// <summary>Changes the template of every role.</summary>
    public GangBuilder Templates(Func<PodTemplate, PodTemplate> change) => With(() => _change = change);

    public Gang Build() => new()
    {
        Key = new("ml", "Job", _name, $"uid-{_name}"),
        Roles = [.. _roles.Select(BuildRole)],
        MinMembers = _min ?? _roles.Sum(r => r.Count),
        Hints = _hints,
    };

    /// <summary>What a pod of this many GPUs asks for.</summary>
    public static PodTemplate Template(int gpus, long cpuMilli, string gang)
    {
        var requests = ResourceList.Of((ResourceList.Cpu, cpuMilli), (ResourceList.Memory, 1L << 30));
        return new()
        {
            Namespace = "ml",
            Labels = ImmutableDictionary<string, string>.Empty.Add(Label, gang),
            Requests = gpus > 0 ? requests.With(Gpu, gpus) : requests,
            Gpus = gpus,
            Power = new() { Gpus = gpus, CpuMilli = cpuMilli, Trusted = true },
        };
    }

    private GangRole BuildRole((string Name, int Count, int Gpus, long CpuMilli) role)
    {
        var template = Template(role.Gpus, role.CpuMilli, _name);
        template = template with
        {
            Power = template.Power with { Utilisation = PowerDraw.Utilisation(_hints.Workload), GpuWatts = _hints.GpuWatts, Trusted = _trusted },
        };
        if (_selfExclusion)
        {
            var same = new SelectorRequirement(Label, SelectorOperator.In, [_name]);
            template = template with { AntiAffinity = [new(new([same]), ["ml"], "kubernetes.io/hostname")] };
        }

        return new(role.Name, role.Count, _change(template), [.. Enumerable.Range(0, role.Count).Select(i => $"{_name}-{role.Name}-{i}")]);
    }

    private GangBuilder With(Action change)
    {
        change();
        return this;
    }
}
