using System.Globalization;
using System.Text.RegularExpressions;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>Moments as RFC 3339 writes them: <c>2027-01-31T16:00:00Z</c>, <c>2027-01-31T17:00:00+01:00</c>. One without an offset is nobody's.</summary>
public static partial class MomentText
{
    /// <summary>What was expected, for messages.</summary>
    public const string Expected = "a time such as 2027-01-31T16:00:00Z";

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads one; null when it is none.</summary>
    public static DateTimeOffset? Read(string text) =>
        Offset().IsMatch(text) && DateTimeOffset.TryParseExact(text.ToUpperInvariant(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null;

    [GeneratedRegex("^[0-9-]{10}[Tt][0-9:.]{8,24}([Zz]|[+-][0-9]{2}:[0-9]{2})\\z")]
    private static partial Regex Offset();
}
