using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>What a <see cref="Tree"/> is.</summary>
public enum TreeKind
{
    /// <summary>Missing or null.</summary>
    Null,

    /// <summary>Text, a number or a boolean: kept as written.</summary>
    Scalar,

    /// <summary>Keys and values.</summary>
    Map,

    /// <summary>A sequence.</summary>
    List,
}

/// <summary>A key that stands twice in one map.</summary>
/// <param name="Key">The key.</param>
/// <param name="Line">Line of its second value, counted from 1.</param>
public sealed record RepeatedKey(string Key, int Line);

/// <summary>
/// One immutable tree for YAML and JSON. Scalars keep their text, so a label value <c>007</c> or a quantity <c>1e3</c> is what was written.
/// Repeated parts (YAML aliases) are shared, never copied; <see cref="Weight"/> counts them as often as they are used.
/// </summary>
public sealed class Tree
{
    /// <summary>Deepest nesting read.</summary>
    public const int MaxDepth = 64;

    private const int FewEntries = 16;

    private static readonly KeyValuePair<string, Tree>[] NoEntries = [];
    private static readonly Tree[] NoItems = [];

    private readonly KeyValuePair<string, Tree>[] _entries = NoEntries;
    private readonly Tree[] _items = NoItems;

    private Tree(TreeKind kind, int line, string text = "")
    {
        Kind = kind;
        Line = line;
        Text = text;
        Weight = 1;
        Height = 1;
    }

    private Tree(int line, KeyValuePair<string, Tree>[] entries, RepeatedKey? repeated)
        : this(TreeKind.Map, line)
    {
        _entries = entries;
        Repeated = repeated;
        foreach (var entry in entries)
        {
            Weight += entry.Value.Weight;
            Height = Math.Max(Height, entry.Value.Height + 1);
            Repeated ??= entry.Value.Repeated;
        }
    }

    private Tree(int line, Tree[] items)
        : this(TreeKind.List, line)
    {
        _items = items;
        foreach (var item in items)
        {
            Weight += item.Weight;
            Height = Math.Max(Height, item.Height + 1);
            Repeated ??= item.Repeated;
        }
    }

    /// <summary>The tree that is not there.</summary>
    public static Tree Missing { get; } = new(TreeKind.Null, 0);

    /// <summary>What it is.</summary>
    public TreeKind Kind { get; }

    /// <summary>Line it starts on, counted from 1; 0 when it is missing.</summary>
    public int Line { get; }

    /// <summary>Text of a scalar as written, without quotes.</summary>
    public string Text { get; }

    /// <summary>How many trees it stands for when every alias is written out.</summary>
    public long Weight { get; }

    /// <summary>Levels below and including this one.</summary>
    public int Height { get; }

    /// <summary>A key that stands twice in one map, here or below; null when there is none.</summary>
    public RepeatedKey? Repeated { get; }

    /// <summary>Entries of a map, in the order of the file.</summary>
    public ReadOnlySpan<KeyValuePair<string, Tree>> Entries => _entries;

    /// <summary>Items of a list.</summary>
    public ReadOnlySpan<Tree> Items => _items;

    /// <summary>The value of a key; <see cref="Missing"/> when there is none.</summary>
    public Tree this[string key]
    {
        get
        {
            foreach (var entry in _entries)
            {
                if (entry.Key == key)
                {
                    return entry.Value;
                }
            }

            return Missing;
        }
    }

    /// <summary>A null written in the file.</summary>
    internal static Tree Null(int line) => new(TreeKind.Null, line);

    /// <summary>A scalar.</summary>
    public static Tree Scalar(string text, int line) => new(TreeKind.Scalar, line, text);

    /// <summary>A map; of equal keys the last one counts.</summary>
    /// <param name="entries">Its entries.</param>
    /// <param name="line">Line it starts on.</param>
    /// <param name="merged">How many entries, at the front, were merged in: those may be overridden.</param>
    [OverloadResolutionPriority(1)]
    internal static Tree Map(ReadOnlySpan<KeyValuePair<string, Tree>> entries, int line, int merged = 0)
    {
        var kept = WithoutRepeats(entries);
        return new(line, kept, kept.Length == entries.Length ? null : RepeatOf(entries, merged));
    }

    /// <summary>A map; of equal keys the last one counts.</summary>
    internal static Tree Map(List<KeyValuePair<string, Tree>> entries, int line, int merged = 0) => Map(CollectionsMarshal.AsSpan(entries), line, merged);

    /// <summary>A list.</summary>
    [OverloadResolutionPriority(1)]
    internal static Tree List(ReadOnlySpan<Tree> items, int line) => new(line, items.ToArray());

    /// <summary>A list.</summary>
    internal static Tree List(List<Tree> items, int line) => List(CollectionsMarshal.AsSpan(items), line);

    private static RepeatedKey? RepeatOf(ReadOnlySpan<KeyValuePair<string, Tree>> entries, int merged)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries[merged..])
        {
            if (!seen.Add(entry.Key))
            {
                return new(entry.Key, entry.Value.Line);
            }
        }

        return null;
    }

    private static KeyValuePair<string, Tree>[] WithoutRepeats(ReadOnlySpan<KeyValuePair<string, Tree>> entries)
    {
        if (!HasRepeats(entries))
        {
            return entries.ToArray();
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<KeyValuePair<string, Tree>>();
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            if (seen.Add(entries[i].Key))
            {
                kept.Add(entries[i]);
            }
        }

        kept.Reverse();
        return kept.ToArray();
    }

    // Most maps are small: comparing each with each is then cheaper than a set for every map.
    private static bool HasRepeats(ReadOnlySpan<KeyValuePair<string, Tree>> entries)
    {
        if (entries.Length > FewEntries)
        {
            var seen = new HashSet<string>(entries.Length, StringComparer.Ordinal);
            foreach (var entry in entries)
            {
                if (!seen.Add(entry.Key))
                {
                    return true;
                }
            }

            return false;
        }

        for (var i = 1; i < entries.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (entries[i].Key == entries[j].Key)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
