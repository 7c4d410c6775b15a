using System.Collections.Immutable;
using System.CommandLine.Parsing;
using System.Globalization;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Cli.Commands;

/// <summary>Reads <c>spine=2,core=4</c>.</summary>
internal static class OversubscriptionOption
{
    private const string Expected = "expected tier=ratio pairs such as \"spine=2,core=4\", tiers leaf, spine, core or tier-N, ratios between 1 and 1000";

    /// <summary>Ratios by switch tier index; a bad pair is an error of the option.</summary>
    public static ImmutableSortedDictionary<int, double>? Parse(ArgumentResult result)
    {
        var ratios = ImmutableSortedDictionary.CreateBuilder<int, double>();
        foreach (var token in result.Tokens)
        {
            foreach (var pair in token.Value.Split(','))
            {
                if (Pair(pair) is not { } read)
                {
                    result.AddError($"option --oversubscription=\"{token.Value}\": \"{pair}\" is not understood; {Expected}.");
                    return null;
                }

                if (!ratios.TryAdd(read.Tier, read.Ratio))
                {
                    result.AddError($"option --oversubscription=\"{token.Value}\": tier {Tier.Fabric(read.Tier).Name} is given twice; expected it once.");
                    return null;
                }
            }
        }

        return ratios.ToImmutable();
    }

    private static (int Tier, double Ratio)? Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !Tier.TryParse(text[..equals].Trim(), out var tier) || !tier.IsFabric) return null;
        if (!double.TryParse(text[(equals + 1)..].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio)) return null;
        return ratio is >= 1 and <= 1000 ? (tier.FabricIndex, ratio) : null;
    }
}
