using System.Globalization;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Placement.Live;

/// <summary>Which role a member of a gang has, and what its pod is called.</summary>
internal sealed class GangRoles
{
    private readonly Gang _gang;
    private readonly int[] _firstOf;

    public GangRoles(Gang gang)
    {
        _gang = gang;
        _firstOf = new int[gang.Roles.Length];
        for (var r = 1; r < _firstOf.Length; r++)
        {
            _firstOf[r] = _firstOf[r - 1] + gang.Roles[r - 1].Count;
        }
    }

    /// <summary>Index of the member's role.</summary>
    public int IndexOf(int member)
    {
        var at = Array.BinarySearch(_firstOf, member);
        return at < 0 ? ~at - 1 : at;
    }

    /// <summary>The member's role.</summary>
    public GangRole Of(int member) => _gang.Roles[IndexOf(member)];

    /// <summary>The name of the member's pod where it is foreseeable, else one that no pod can have.</summary>
    public string NameOf(int member)
    {
        var r = IndexOf(member);
        var names = _gang.Roles[r].PodNames;
        return names.IsDefaultOrEmpty ? $"{_gang.Key.Name}/{member.ToString(CultureInfo.InvariantCulture)}" : names[member - _firstOf[r]];
    }
}
