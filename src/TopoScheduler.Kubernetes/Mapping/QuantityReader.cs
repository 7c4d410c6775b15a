using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Maps of resource amounts.</summary>
internal static class QuantityReader
{
    /// <summary>The amounts at a key: CPU in thousandths of a core, everything else in whole units, rounded up. Wrong ones are told and left out.</summary>
    public static Dictionary<string, long> Amounts(Field map, string key)
    {
        var amounts = new Dictionary<string, long>(StringComparer.Ordinal);
        if (map[key].IsMissing)
        {
            return amounts;
        }

        foreach (var (name, value) in map.Entries(key))
        {
            if (value.AsText() is not { } text)
            {
                continue;
            }

            if (Quantity.TryParse(text, name == ResourceList.Cpu ? 1000 : 1, out var amount))
            {
                // Half a device cannot be had; taking it for a whole one would hide the mistake.
                if (name.Contains('/') && Quantity.TryParse(text, 1000, out var milli) && milli % 1000 != 0)
                {
                    value.Wrong("a whole number of devices");
                }

                amounts[name] = amount;
            }
            else
            {
                value.Wrong(Quantity.Expected);
            }
        }

        return amounts;
    }

    /// <summary>The amounts at a key as a list.</summary>
    public static ResourceList List(Field map, string key) => ResourceList.Of(Amounts(map, key));
}
