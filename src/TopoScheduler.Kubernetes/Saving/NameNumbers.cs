using System.Globalization;
using System.Text;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>
/// Names of a cluster as numbers: <c>node-0001</c> is the first node by name. Numbers have the order of the names they stand for, kind by kind, and equal width,
/// so that whatever is decided by the order of names is decided alike. First every name is taken in, then each is called by its number.
/// </summary>
/// <remarks>
/// Of pods and jobs it is words that are numbered: <c>llama-worker-3</c> is <c>name0001-worker-3</c>, so a pod of a job is still found by the names its controller gives.
/// A word's number ends in no dash and digits: that would be the index of a pod.
/// </remarks>
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
        return kind switch
        {
            NameKind.Name => OfWords(name, isRole: false),
            NameKind.Role => OfWords(name, isRole: true),
            NameKind.Domain or NameKind.Value when name.Contains('/', StringComparison.Ordinal) => string.Join('/', name.Split('/').Select(part => Number(kind, part))),
            _ => Number(kind, name),
        };
    }

    /// <summary>Numbers what was taken in; afterwards nothing new is.</summary>
    public void Number()
    {
        foreach (var (kind, names) in _names)
        {
            var (prefix, digits) = (kind.ToString().ToLowerInvariant(), Math.Max(FewestDigits, names.Count.ToString(CultureInfo.InvariantCulture).Length));
            if (kind != NameKind.Name) prefix += '-';
            var next = 1;
            foreach (var name in names.Keys.ToList()) names[name] = prefix + next++.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
        }

        _isNumbered = true;
    }

    private string Number(NameKind kind, string name)
    {
        if (name.Length == 0) return name;
        if (!_names.TryGetValue(kind, out var names)) names = _names[kind] = new(StringComparer.Ordinal);
        if (!_isNumbered) names.TryAdd(name, "");
        return _isNumbered ? names[name] : name;
    }

    // A slash stands between a workload and its group. The first word is the job's own: "model" is no role there, but somebody's model.
    private string OfWords(string name, bool isRole)
    {
        var renamed = new StringBuilder();
        var (start, isOwn) = (0, !isRole);
        for (var end = 0; end <= name.Length; end++)
        {
            if (end < name.Length && name[end] is not ('-' or '/')) continue;
            var word = name[start..end];
            renamed.Append(word.All(char.IsAsciiDigit) || (!isOwn && RoleWords.Contains(word)) ? word : Number(NameKind.Name, word));
            if (end < name.Length) renamed.Append(name[end]);
            (start, isOwn) = (end + 1, !isRole && end < name.Length && name[end] == '/');
        }

        return renamed.ToString();
    }

    // Every cluster has them; priority classes of the system are known without being in the file, and one device class is told from all others.
    private static bool IsOfKubernetes(NameKind kind, string name) => kind switch
    {
        NameKind.Priority => name.StartsWith("system-", StringComparison.Ordinal),
        NameKind.Namespace => name == "default" || name.StartsWith("kube-", StringComparison.Ordinal),
        NameKind.Value => name == ClusterObjects.ImexChannelClass,
        _ => false,
    };
}
