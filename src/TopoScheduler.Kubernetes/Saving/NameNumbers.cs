using System.Globalization;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>
/// Names of a cluster as numbers: <c>node-0001</c> is the first node by name. Numbers have the order of the names they stand for, kind by kind, and equal width,
/// so that whatever is decided by the order of names is decided alike. First every name is taken in, then each is called by its number.
/// </summary>
internal sealed class NameNumbers
{
    private const int FewestDigits = 4;

    private readonly Dictionary<NameKind, SortedDictionary<string, string>> _names = [];
    private bool _isNumbered;

    /// <summary>The numbers and what each stands for, by kind, in their order.</summary>
    public IEnumerable<(string Number, string Name)> All => _names.OrderBy(k => k.Key).SelectMany(k => k.Value.Select(n => (n.Value, n.Key)));

    /// <summary>Takes a name in and returns it; once they are numbered, its number.</summary>
    public string Rename(NameKind kind, string name)
    {
        if (IsOfKubernetes(kind, name)) return name;
        if (!_names.TryGetValue(kind, out var names)) names = _names[kind] = new(StringComparer.Ordinal);
        if (!_isNumbered) names.TryAdd(name, "");
        return _isNumbered ? names[name] : name;
    }

    /// <summary>Numbers what was taken in; afterwards nothing new is.</summary>
    public void Number()
    {
        foreach (var (kind, names) in _names)
        {
            var (prefix, digits) = (kind.ToString().ToLowerInvariant(), Math.Max(FewestDigits, names.Count.ToString(CultureInfo.InvariantCulture).Length));
            var next = 1;
            foreach (var name in names.Keys.ToList()) names[name] = $"{prefix}-{next++.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}";
        }

        _isNumbered = true;
    }

    // Every cluster has them; priority classes of the system are known without being in the file.
    private static bool IsOfKubernetes(NameKind kind, string name) =>
        kind == NameKind.Priority ? name.StartsWith("system-", StringComparison.Ordinal) : kind == NameKind.Namespace && (name == "default" || name.StartsWith("kube-", StringComparison.Ordinal));
}
