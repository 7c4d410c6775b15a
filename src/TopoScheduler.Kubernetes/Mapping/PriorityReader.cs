using System.Globalization;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>The priority of a pod: its number (live pods carry it), else that of its class.</summary>
internal static class PriorityReader
{
    /// <summary>Reads it from a pod's spec.</summary>
    public static int Read(Field spec, ClusterObjects objects)
    {
        if (Number(spec, "priority") is { } number)
        {
            return number;
        }

        return spec.Text("priorityClassName") is { Length: > 0 } name ? OfClass(name, objects, spec["priorityClassName"]) : objects.DefaultPriority;
    }

    /// <summary>The priority of a class.</summary>
    public static int OfClass(string name, ClusterObjects objects, Field field)
    {
        if (objects.PriorityOf(name) is { } known)
        {
            return known;
        }

        field.Problems.Warning($"{field.Path}: {Field.Quote(name)}: no such PriorityClass in the input; priority {objects.DefaultPriority} is used.");
        return objects.DefaultPriority;
    }

    /// <summary>A whole number of either sign; null when missing or wrong.</summary>
    public static int? Number(Field map, string key)
    {
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        map[key].Wrong("a whole number");
        return null;
    }
}
