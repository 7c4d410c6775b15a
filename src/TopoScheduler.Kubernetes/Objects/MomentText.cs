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

    /// <summary>As objects of the API have them, in whole seconds of UTC.</summary>
    public static string Write(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads one that the API server keeps, whoever wrote it and however; null when it is no time.</summary>
    internal static DateTimeOffset? Written(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    [GeneratedRegex("^[0-9-]{10}[Tt][0-9:.]{8,24}([Zz]|[+-][0-9]{2}:[0-9]{2})\\z")]
    private static partial Regex Offset();
}
