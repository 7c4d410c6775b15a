using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary><c>parallelism: tp=8,pp=4,dp=2</c> with <c>rank-order: tp-pp-dp</c> → degrees, innermost first.</summary>
internal static class ParallelismReader
{
    private static readonly ImmutableArray<string> DefaultOrder = ["tp", "cp", "ep", "pp", "dp"];

    /// <summary>Reads them for a gang of so many GPUs. Empty when not given or wrong.</summary>
    public static ImmutableArray<ParallelDimension> Read(AnnotationValues values, int gpus)
    {
        if (values.Text(AnnotationKeys.Parallelism) is not { } text)
        {
            if (values.Has(AnnotationKeys.RankOrder))
            {
                values.Wrong(AnnotationKeys.RankOrder, $"{AnnotationKeys.Parallelism} beside it, for example \"tp=8,pp=4,dp=2\"");
            }

            return [];
        }

        if (Degrees(text) is not { } degrees)
        {
            values.Wrong(AnnotationKeys.Parallelism, "degrees of tp, cp, ep, pp and dp, each once and at least 1, for example \"tp=8,pp=4,dp=2\"");
            return [];
        }

        return Complete(degrees, values, gpus) && Order(degrees, values) is { } order ? [.. order.Select(name => new ParallelDimension(name, degrees[name]))] : [];
    }

    private static Dictionary<string, int>? Degrees(string text)
    {
        var degrees = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var sides = part.Split('=', StringSplitOptions.TrimEntries);
            if (sides.Length != 2
                || !DefaultOrder.Contains(sides[0])
                || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var degree)
                || degree < 1
                || !degrees.TryAdd(sides[0], degree))
            {
                return null;
            }
        }

        return degrees;
    }

    private static bool Complete(Dictionary<string, int> degrees, AnnotationValues values, int gpus)
    {
        var product = degrees.Values.Aggregate(1L, (p, degree) => Math.Min(p * degree, int.MaxValue));
        if (!degrees.ContainsKey("dp") && gpus > 0 && gpus % product == 0)
        {
            degrees["dp"] = (int)(gpus / product);
            return true;
        }

        if (product == gpus)
        {
            return true;
        }

        var expected = degrees.ContainsKey("dp") ? $"a product of {gpus}" : $"a product that divides {gpus}";
        values.Wrong(AnnotationKeys.Parallelism, $"{expected}, the gang's GPUs, but it is {product}{(product == int.MaxValue ? " or more" : "")}");
        return false;
    }

    // A dp that was inferred need not be named; it is then the outermost.
    private static IEnumerable<string>? Order(Dictionary<string, int> degrees, AnnotationValues values)
    {
        if (values.Text(AnnotationKeys.RankOrder) is not { } text)
        {
            return DefaultOrder.Where(degrees.ContainsKey);
        }

        var order = text.Split('-', StringSplitOptions.TrimEntries).ToList();
        if (!order.Contains("dp") && !values.Text(AnnotationKeys.Parallelism)!.Contains("dp", StringComparison.Ordinal))
        {
            order.Add("dp");
        }

        if (order.Count == degrees.Count && order.TrueForAll(degrees.ContainsKey) && order.Distinct(StringComparer.Ordinal).Count() == order.Count)
        {
            return order;
        }

        values.Wrong(AnnotationKeys.RankOrder, $"each of {string.Join(", ", DefaultOrder.Where(degrees.ContainsKey))} once, innermost first, joined by dashes");
        return null;
    }
}
