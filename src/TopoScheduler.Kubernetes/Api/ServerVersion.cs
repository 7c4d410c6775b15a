using System.Globalization;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api;

/// <summary>Version of an API server.</summary>
/// <param name="Major">Major.</param>
/// <param name="Minor">Minor; some providers write <c>27+</c>.</param>
/// <param name="GitVersion">In full.</param>
public sealed record ServerVersion(int Major, int Minor, string GitVersion)
{
    /// <summary>True for this version and later ones.</summary>
    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>From the answer of <c>/version</c>; what is missing reads as 0.</summary>
    internal static ServerVersion Of(Tree tree) => new(Number(tree["major"].Text), Number(tree["minor"].Text), tree["gitVersion"].Text);

    private static int Number(string text)
    {
        var digits = text.AsSpan();
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
