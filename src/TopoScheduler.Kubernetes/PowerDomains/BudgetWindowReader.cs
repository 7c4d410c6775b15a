using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>
/// Reads the windows of a PowerDomain's schedule. One whose time cannot be read is open at all times, one whose watts cannot be read closes the domain while
/// it is open: a mistyped demand response must not be none.
/// </summary>
internal static partial class BudgetWindowReader
{
    private const string Always = "the window counts at all times";

    private static readonly ImmutableArray<string> Keys = ["name", "budgetWatts", "start", "end", "days", "from", "to", "timeZone"];

    private static readonly string[] Weekly = ["days", "from", "to", "timeZone"];

    private static readonly (string Word, DayOfWeek Day)[] Days = [.. Enum.GetValues<DayOfWeek>().Select(d => (d.ToString()[..3], d))];

    /// <summary>Reads one.</summary>
    public static BudgetWindow Read(Field window)
    {
        PowerDomainReader.UnknownKeys(window, Keys);
        var name = window["name"];
        if (name.Tree is not { Kind: TreeKind.Scalar, Text.Length: > 0 }) name.Wrong("what people call the window");
        var read = new BudgetWindow
        {
            Name = name.Tree is { Kind: TreeKind.Scalar, Text.Length: > 0 } ? name.Tree.Text : window.Path,
            BudgetWatts = Watts(window["budgetWatts"]),
        };
        var isOnce = !window["start"].IsMissing || !window["end"].IsMissing;
        var isWeekly = Weekly.Any(key => !window[key].IsMissing);
        if (isOnce && isWeekly) window.Wrong($"either start and end, or days, from and to; {Always}");
        else if (isOnce) return Once(window, read);
        else if (isWeekly) return EachWeek(window, read);
        else window.Wrong($"start and end, or days, from and to; {Always}");
        return read;
    }

    private static long Watts(Field field)
    {
        const string closes = "nothing more is admitted to the domain while the window is open";
        if (field.IsMissing) field.Wrong($"whole watts; {closes}");
        return PowerDomainReader.Watts(field, 0, closes) ?? 0;
    }

    private static BudgetWindow Once(Field window, BudgetWindow read)
    {
        var (start, end) = (window["start"], window["end"]);
        if (!TryMoment(start, out var begins) | !TryMoment(end, out var ends)) return read;
        if (begins is null || ends is null || begins < ends) return read with { Start = begins, End = ends };
        end.Wrong($"a moment after start; {Always}");
        return read;
    }

    private static BudgetWindow EachWeek(Field window, BudgetWindow read)
    {
        var isGood = TryDays(window, out var days) & TryTime(window["from"], out var from) & TryTime(window["to"], out var to) & TryZone(window["timeZone"], out var zone);
        return isGood ? read with { Days = days, From = from, To = to, Zone = zone } : read;
    }

    // Null where nothing is stated.
    private static bool TryMoment(Field field, out DateTimeOffset? moment)
    {
        moment = null;
        if (field.IsMissing) return true;
        if (field.Tree.Kind == TreeKind.Scalar && MomentText.Read(field.Tree.Text) is { } read)
        {
            moment = read;
            return true;
        }

        field.Wrong($"{MomentText.Expected}; {Always}");
        return false;
    }

    private static bool TryDays(Field window, out ImmutableArray<DayOfWeek> days)
    {
        var field = window["days"];
        var read = ImmutableArray.CreateBuilder<DayOfWeek>();
        days = [];
        var isGood = field.Tree is { Kind: TreeKind.List, Items.Length: > 0 and <= 7 };
        foreach (var item in field.Tree.Items)
        {
            var day = Array.FindIndex(Days, d => d.Word == item.Text);
            isGood &= item.Kind == TreeKind.Scalar && day >= 0;
            if (isGood && !read.Contains(Days[day].Day)) read.Add(Days[day].Day);
        }

        if (isGood) days = read.ToImmutable();
        else field.Wrong($"a list of {string.Join(", ", Days.Select(d => d.Word))}; {Always}");
        return isGood;
    }

    private static bool TryTime(Field field, out TimeOnly time)
    {
        time = default;
        if (field.Tree.Kind == TreeKind.Scalar && TimeOnly.TryParseExact(field.Tree.Text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time)) return true;
        field.Wrong($"a time of day between \"00:00\" and \"23:59\"; {Always}");
        return false;
    }

    private static bool TryZone(Field field, out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        if (field.IsMissing) return true;
        // Zones are files: what is no name of one is not looked for.
        if (field.Tree.Kind == TreeKind.Scalar && ZoneForm().IsMatch(field.Tree.Text) && TimeZoneInfo.TryFindSystemTimeZoneById(field.Tree.Text, out var found))
        {
            zone = found;
            return true;
        }

        field.Wrong($"a time zone that this machine knows, such as \"Europe/Berlin\"; {Always}");
        return false;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}\\z")]
    private static partial Regex ZoneForm();
}
