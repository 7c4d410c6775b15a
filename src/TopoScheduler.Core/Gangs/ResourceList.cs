using System.Collections;
using System.Collections.Immutable;

namespace TopoScheduler.Core.Gangs;

/// <summary>
/// Amounts of named resources. CPU is in thousandths of a core (rounded up), everything else in whole units (memory in bytes). Sorted by name;
/// compared by value.
/// </summary>
public sealed class ResourceList : IEnumerable<KeyValuePair<string, long>>, IEquatable<ResourceList>
{
    /// <summary>CPU, in thousandths of a core.</summary>
    public const string Cpu = "cpu";

    /// <summary>Memory, in bytes.</summary>
    public const string Memory = "memory";

    /// <summary>Pod count; a node's allocatable bounds it, every pod uses one.</summary>
    public const string Pods = "pods";

    private readonly KeyValuePair<string, long>[] _amounts;

    private ResourceList(KeyValuePair<string, long>[] amounts) => _amounts = amounts;

    /// <summary>Nothing.</summary>
    public static ResourceList Empty { get; } = new([]);

    /// <summary>The amount of a resource, 0 when it is not listed.</summary>
    public long this[string name]
    {
        get
        {
            int low = 0, high = _amounts.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >> 1;
                var order = string.CompareOrdinal(_amounts[middle].Key, name);
                if (order == 0) return _amounts[middle].Value;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }

            return 0;
        }
    }

    /// <summary>How many resources are listed.</summary>
    public int Count => _amounts.Length;

    /// <summary>The amounts in ordinal order of name, to walk without allocating.</summary>
    internal ReadOnlySpan<KeyValuePair<string, long>> Amounts => _amounts;

    /// <summary>A list of the given amounts.</summary>
    public static ResourceList Of(IEnumerable<KeyValuePair<string, long>> amounts) =>
        new([.. amounts.ToImmutableSortedDictionary(StringComparer.Ordinal)]);

    /// <summary>A list of the given amounts.</summary>
    public static ResourceList Of(params (string Name, long Amount)[] amounts) =>
        Of(amounts.Select(a => KeyValuePair.Create(a.Name, a.Amount)));

    /// <summary>The list with one amount replaced.</summary>
    public ResourceList With(string name, long amount) =>
        new([.. _amounts.ToImmutableSortedDictionary(StringComparer.Ordinal).SetItem(name, amount)]);

    /// <summary>Sum, resource by resource.</summary>
    public ResourceList Plus(ResourceList other) => Merge(other, static (a, b) => checked(a + b));

    /// <summary>The larger amount of each resource (init containers against the others).</summary>
    public ResourceList Max(ResourceList other) => Merge(other, Math.Max);

    /// <inheritdoc/>
    public bool Equals(ResourceList? other) => other is not null && _amounts.AsSpan().SequenceEqual(other._amounts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ResourceList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (name, amount) in _amounts)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(amount);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, long>> GetEnumerator() => _amounts.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _amounts.Select(a => $"{a.Key}={a.Value}"));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ResourceList Merge(ResourceList other, Func<long, long, long> combine)
    {
        var builder = _amounts.ToImmutableSortedDictionary(StringComparer.Ordinal).ToBuilder();
        foreach (var (name, amount) in other._amounts)
        {
            builder[name] = builder.TryGetValue(name, out var mine) ? combine(mine, amount) : amount;
        }

        return new([.. builder]);
    }
}
