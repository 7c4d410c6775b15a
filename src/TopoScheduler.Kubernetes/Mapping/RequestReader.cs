using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// The effective request of a pod, as kube-scheduler adds it up: the larger of (a) all main containers with all sidecars and (b) each init
/// container with the sidecars started before it; a pod-level request replaces the sum; overhead comes on top. A limit stands in for a
/// missing request.
/// </summary>
internal static class RequestReader
{
    /// <summary>Reads it from a pod's spec.</summary>
    public static ResourceList Read(Field spec)
    {
        var running = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var container in spec.Items("containers"))
        {
            Add(running, OfResources(container));
        }

        var sidecars = new Dictionary<string, long>(StringComparer.Ordinal);
        var starting = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var container in spec.Items("initContainers"))
        {
            var request = OfResources(container);
            if (container.Text("restartPolicy") == "Always")
            {
                Add(running, request);
                Add(sidecars, request);
                Raise(starting, sidecars);
            }
            else
            {
                Add(request, sidecars);
                Raise(starting, request);
            }
        }

        Raise(running, starting);
        ApplyPodLevel(running, spec);
        Add(running, QuantityReader.Amounts(spec, "overhead"));
        return Bounded(running, spec);
    }

    private static Dictionary<string, long> OfResources(Field container)
    {
        var resources = container["resources"];
        if (resources.IsMissing)
        {
            return new(StringComparer.Ordinal);
        }

        var requests = QuantityReader.Amounts(resources, "requests");
        foreach (var (name, limit) in QuantityReader.Amounts(resources, "limits"))
        {
            requests.TryAdd(name, limit);
        }

        return requests;
    }

    // Pod-level resources exist for cpu, memory and huge pages. A pod-level limit counts only where neither the pod nor its containers request.
    private static void ApplyPodLevel(Dictionary<string, long> sum, Field spec)
    {
        var resources = spec["resources"];
        if (resources.IsMissing)
        {
            return;
        }

        foreach (var (name, request) in QuantityReader.Amounts(resources, "requests"))
        {
            if (IsPodLevel(name))
            {
                sum[name] = request;
            }
        }

        foreach (var (name, limit) in QuantityReader.Amounts(resources, "limits"))
        {
            if (IsPodLevel(name))
            {
                sum.TryAdd(name, limit);
            }
        }
    }

    private static bool IsPodLevel(string name) =>
        name is ResourceList.Cpu or ResourceList.Memory || name.StartsWith("hugepages-", StringComparison.Ordinal);

    private static void Add(Dictionary<string, long> sum, Dictionary<string, long> more)
    {
        foreach (var (name, amount) in more)
        {
            // Each amount is at most 2⁵³; a sum is kept below 2⁶² so that it cannot wrap, and is told in Bounded.
            sum[name] = Math.Min(sum.GetValueOrDefault(name) + amount, 1L << 62);
        }
    }

    private static void Raise(Dictionary<string, long> amounts, Dictionary<string, long> others)
    {
        foreach (var (name, amount) in others)
        {
            amounts[name] = Math.Max(amounts.GetValueOrDefault(name), amount);
        }
    }

    private static ResourceList Bounded(Dictionary<string, long> amounts, Field spec)
    {
        foreach (var (name, amount) in amounts.OrderBy(a => a.Key, StringComparer.Ordinal).ToList())
        {
            if (amount > Quantity.Largest)
            {
                spec.Problems.Error($"{spec.Path}: requests {amount} of {name} in all, expected at most {Quantity.Largest}.");
                amounts[name] = Quantity.Largest;
            }
        }

        amounts.Remove(ResourceList.Pods);
        return ResourceList.Of(amounts);
    }
}
