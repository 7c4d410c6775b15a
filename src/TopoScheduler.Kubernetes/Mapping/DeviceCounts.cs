using System.Globalization;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Accelerators among requested resources.</summary>
/// <param name="Ranks">Devices a pod computes on: its ranks. A MIG slice and a time-sliced replica are one each.</param>
/// <param name="Physical">Physical devices for the power model: a MIG slice counts gi/7, a time-sliced replica its whole device.</param>
internal readonly record struct DeviceCounts(int Ranks, double Physical)
{
    /// <summary>Slices a whole GPU is cut into by MIG.</summary>
    private const int MigSlices = 7;

    /// <summary>Most ranks a single pod can hold; more is a mistake.</summary>
    public const int MostRanks = 1024;

    private const string MigPrefix = "nvidia.com/mig-";

    /// <summary>Counts them.</summary>
    public static DeviceCounts Of(ResourceList requests)
    {
        long ranks = 0;
        long whole = 0;
        long slices = 0;
        foreach (var (name, amount) in requests)
        {
            if (IsWhole(name))
            {
                ranks += amount;
                whole += amount;
            }
            else if (SlicesOf(name) is var size and > 0)
            {
                ranks += amount;
                slices += size * Math.Min(amount, int.MaxValue);
            }
        }

        return new((int)Math.Min(ranks, int.MaxValue), whole + (double)slices / MigSlices);
    }

    /// <summary>True for a resource that stands for an accelerator or a slice of one.</summary>
    public static bool IsDevice(string name) => IsWhole(name) || SlicesOf(name) > 0;

    private static bool IsWhole(string name) => name is
        "nvidia.com/gpu" or "nvidia.com/gpu.shared" or "amd.com/gpu" or "gpu.intel.com/i915" or "gpu.intel.com/xe" or "habana.ai/gaudi" or "google.com/tpu"
        or "aws.amazon.com/neuron" or "aws.amazon.com/neurondevice";

    // nvidia.com/mig-3g.40gb, nvidia.com/mig-1g.10gb.me, nvidia.com/mig-1c.3g.40gb (a compute slice of a 3g one): gi is the number before "g.".
    private static int SlicesOf(string name)
    {
        if (!name.StartsWith(MigPrefix, StringComparison.Ordinal))
        {
            return 0;
        }

        foreach (var part in name[MigPrefix.Length..].Split('.'))
        {
            if (part.EndsWith('g') && int.TryParse(part.AsSpan(0, part.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                return size is > 0 and <= MigSlices ? size : 0;
            }
        }

        return 0;
    }
}
