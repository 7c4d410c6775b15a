using System.Text.Json;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>The reasons an answer may name, by code, encoded once.</summary>
public sealed class RejectReasons
{
    /// <summary>The verdict of a node that fits.</summary>
    public const byte Fits = 0;

    /// <summary>The verdict of a name nobody knows.</summary>
    public const byte UnknownNode = byte.MaxValue;

    private readonly PaddedText[] _tails = new PaddedText[byte.MaxValue + 1];
    private readonly string[] _texts = new string[byte.MaxValue + 1];
    private readonly byte[] _lists = new byte[byte.MaxValue + 1];
    private readonly byte[] _foldedLists = new byte[byte.MaxValue + 1];

    /// <summary>A table of the given reasons, and that of <see cref="UnknownNode"/>.</summary>
    public RejectReasons(IEnumerable<RejectReason> reasons)
    {
        // A node may be too new to be known here; the next call may find it.
        foreach (var reason in reasons.Append(new(UnknownNode, "node not known to toposcheduler", CanChange: true)))
        {
            if (reason.Code == Fits || !_tails[reason.Code].IsNone) throw new ArgumentException($"code {reason.Code} is taken", nameof(reasons));
            _tails[reason.Code] = new($":\"{JsonEncodedText.Encode(reason.Text)}\"");
            _texts[reason.Code] = reason.Text;
            Longest = Math.Max(Longest, _tails[reason.Code].Length);
            (_lists[reason.Code], _foldedLists[reason.Code]) = (reason.CanChange ? (byte)1 : (byte)2, 1);
        }
    }

    /// <summary>The text of a reason as the JSON value of a field: a colon, then the text in quotes.</summary>
    internal PaddedText ValueOf(byte code)
    {
        var text = _tails[code];
        return text.IsNone ? throw new InvalidOperationException($"no reason has code {code}") : text;
    }

    /// <summary>The text of a reason; empty for a code that is none.</summary>
    internal string TextOf(byte code) => _texts[code] ?? "";

    /// <summary>Length of the longest of them.</summary>
    internal int Longest { get; }

    /// <summary>By verdict, where a candidate is named: 0 among those that fit, 1 in FailedNodes, 2 in FailedAndUnresolvableNodes.</summary>
    /// <param name="folded">The last is not to be used.</param>
    internal ReadOnlySpan<byte> Lists(bool folded) => folded ? _foldedLists : _lists;
}
