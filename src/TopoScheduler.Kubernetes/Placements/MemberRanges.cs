using System.Globalization;
using System.Text;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>Member indices as people write them: <c>0-7,9</c>. A plan of a thousand members stays readable and small.</summary>
internal static class MemberRanges
{
    /// <summary>Writes indices that stand in rising order.</summary>
    public static string Write(IReadOnlyList<int> members)
    {
        var text = new StringBuilder();
        for (var i = 0; i < members.Count;)
        {
            var last = i;
            while (last + 1 < members.Count && members[last + 1] == members[last] + 1) last++;
            if (text.Length > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{members[i]}");
            if (last > i) text.Append(CultureInfo.InvariantCulture, $"-{members[last]}");
            i = last + 1;
        }

        return text.ToString();
    }

    /// <summary>Reads them; null when it is no such text or names more than <paramref name="most"/> members.</summary>
    public static List<int>? Read(string text, int most)
    {
        var members = new List<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryIndex(ends[0], out var first) || !TryIndex(ends[^1], out var last) || last < first || last - first >= most - members.Count)
            {
                return null;
            }

            for (var member = first; member <= last; member++) members.Add(member);
        }

        return members;
    }

    // No gang has more members, so there is no such index.
    private static bool TryIndex(string text, out int index) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < HintReader.MostMembers;
}
