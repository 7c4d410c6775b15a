using TopoScheduler.Core.Placement;
using TopoScheduler.Server.Extender.Wire;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Extender;

/// <summary>The verdict codes of <see cref="RejectCodes"/> as words for metrics.</summary>
internal static class RejectWords
{
    private const string Fits = "fits";

    /// <summary>The word of a code.</summary>
    public static string Of(byte code) => code switch
    {
        RejectReasons.Fits => Fits,
        RejectCodes.GangElsewhere => "gang_elsewhere",
        RejectCodes.GangIncomplete => "gang_incomplete",
        RejectCodes.GangDoesNotFit => "gang_does_not_fit",
        RejectCodes.GangInvalid => "gang_invalid",
        RejectCodes.GangFull => "gang_full",
        RejectCodes.GangOvertaken => "gang_overtaken",
        var node => Words.Of((FitConstraint)(node - 1)),
    };

    /// <summary>The word of what most nodes lack, or that one fits. Looks no further than the first that does.</summary>
    public static string OfMain(ReadOnlySpan<byte> verdicts)
    {
        if (verdicts.IsEmpty) return "no_nodes";
        if (verdicts.Contains(RejectReasons.Fits)) return Fits;
        Span<int> counts = stackalloc int[byte.MaxValue + 1];
        counts.Clear();
        foreach (var verdict in verdicts) counts[verdict]++;
        var main = 0;
        for (var code = 1; code < counts.Length; code++)
        {
            if (counts[code] > counts[main]) main = code;
        }

        return Of((byte)main);
    }
}
