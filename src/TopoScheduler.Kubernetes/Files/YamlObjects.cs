using System.Text;
using TopoScheduler.Kubernetes.Objects;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>
/// Kubernetes objects off a YAML stream: many documents, each an object, a sequence of objects or a List. Aliases share the tree they name, so
/// nothing grows; what they would grow to is bounded all the same, since everything is walked later.
/// </summary>
internal sealed class YamlObjects
{
    private readonly string _source;
    private readonly InputLimits _limits;
    private readonly Dictionary<AnchorName, Tree> _anchors = [];
    private readonly Scanner _scanner;
    private readonly YamlDotNet.Core.Parser _parser;
    private long _values;

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="source">Its name in messages.</param>
    /// <param name="limits">What is read at most.</param>
    public YamlObjects(Stream stream, string source, InputLimits limits)
    {
        (_source, _limits) = (source, limits);
        _scanner = new(new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        _parser = new(_scanner);
    }

    /// <summary>One tree per object.</summary>
    public IEnumerable<Tree> Read()
    {
        while (Next())
        {
            if (_parser.Current is DocumentStart)
            {
                _anchors.Clear();
                Next();
                foreach (var tree in Document())
                {
                    yield return tree;
                }
            }
        }
    }

    private IEnumerable<Tree> Document()
    {
        switch (_parser.Current)
        {
            case MappingStart { Anchor.IsEmpty: true }:
                return TopMap();
            case SequenceStart { Anchor.IsEmpty: true }:
                return Items();
            case Scalar scalar when IsNull(scalar):
                return [];
            case Scalar scalar:
                throw Broken($"{Field.Quote(scalar.Value)} stands alone, expected a Kubernetes object");
            default:
                return [Single()];
        }
    }

    private IEnumerable<Tree> TopMap()
    {
        var line = Line;
        var entries = new List<KeyValuePair<string, Tree>>();
        var list = new ListItems();
        var merged = 0;
        _values = 0;
        while (Next() && _parser.Current is not MappingEnd)
        {
            var key = Key();
            Next();
            if (key == "items" && _parser.Current is SequenceStart { Anchor.IsEmpty: true })
            {
                list.Seen = true;
                foreach (var item in Items())
                {
                    if (list.HandOut(item))
                    {
                        yield return item;
                    }
                }
            }
            else
            {
                merged += AddEntry(entries, key, Value(2));
            }
        }

        foreach (var tree in list.Rest(Tree.Map(entries, line, merged)))
        {
            yield return tree;
        }
    }

    private IEnumerable<Tree> Items()
    {
        while (Next() && _parser.Current is not SequenceEnd)
        {
            yield return Single();
        }
    }

    private Tree Single()
    {
        _values = 0;
        return Value(2);
    }

    private Tree Value(int depth)
    {
        if (depth > Tree.MaxDepth)
        {
            throw Broken($"nested deeper than {Tree.MaxDepth} levels, expected at most that");
        }

        Count(1);
        var line = Line;
        switch (_parser.Current)
        {
            case AnchorAlias alias:
                return Alias(alias, depth);
            case Scalar scalar:
                return Anchored(scalar, IsNull(scalar) ? Tree.Null(line) : Tree.Scalar(scalar.Value, line));
            case SequenceStart sequence:
                var items = new List<Tree>();
                while (Next() && _parser.Current is not SequenceEnd)
                {
                    items.Add(Value(depth + 1));
                }

                return Anchored(sequence, Tree.List(items, line));
            case MappingStart mapping:
                var entries = new List<KeyValuePair<string, Tree>>();
                var merged = 0;
                while (Next() && _parser.Current is not MappingEnd)
                {
                    var key = Key();
                    Next();
                    merged += AddEntry(entries, key, Value(depth + 1));
                }

                return Anchored(mapping, Tree.Map(entries, line, merged));
            default:
                throw Broken("expected a value");
        }
    }

    private Tree Alias(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var tree))
        {
            throw Broken($"alias *{alias.Value} names no anchor before it, expected &{alias.Value} earlier in the document");
        }

        if (depth + tree.Height - 1 > Tree.MaxDepth)
        {
            throw Broken($"alias *{alias.Value} nests deeper than {Tree.MaxDepth} levels, expected at most that");
        }

        Count(tree.Weight);
        return tree;
    }

    private Tree Anchored(NodeEvent node, Tree tree)
    {
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor] = tree;
        }

        return tree;
    }

    private void Count(long values)
    {
        _values += values;
        if (_values > _limits.ValuesPerObject)
        {
            throw Broken($"one object holds more than {_limits.ValuesPerObject} values with its aliases written out, expected at most that");
        }
    }

    private string Key() => _parser.Current switch
    {
        Scalar scalar => scalar.Value,
        AnchorAlias alias when _anchors.TryGetValue(alias.Value, out var tree) && tree.Kind == TreeKind.Scalar => tree.Text,
        _ => throw Broken("a map's key is no text, expected a text (a template with {{ }} must be rendered first)"),
    };

    // `<<: *defaults` brings in what the map does not say itself; entries stand first so that later ones win. The result is how many.
    private int AddEntry(List<KeyValuePair<string, Tree>> entries, string key, Tree value)
    {
        if (key != "<<" || value.Kind is TreeKind.Scalar or TreeKind.Null)
        {
            entries.Add(KeyValuePair.Create(key, value));
            return 0;
        }

        if (value.Kind == TreeKind.Map)
        {
            entries.InsertRange(0, value.Entries.ToArray());
            Count(value.Entries.Length);
            return value.Entries.Length;
        }

        var merged = 0;
        foreach (var part in value.Items)
        {
            if (part.Kind != TreeKind.Map)
            {
                throw Broken("a merge key <<: names no map, expected a map or a list of maps");
            }

            entries.InsertRange(0, part.Entries.ToArray());
            Count(part.Entries.Length);
            merged += part.Entries.Length;
        }

        return merged;
    }

    private int Line => (int)Math.Clamp((long)(_parser.Current?.Start.Line ?? 0), 0, int.MaxValue);

    private static bool IsNull(Scalar scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL";

    private bool Next()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException e)
        {
            // The scanner blames a tab on the whole map it stands in; it has just read it.
            var line = e.Message.Contains("invalid tab", StringComparison.Ordinal) ? _scanner.CurrentPosition.Line : e.End.Line;
            throw new InputException($"{_source}:{line}: not YAML: {Reason(e)}.", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{_source}: near line {Line}: a byte is not UTF-8, expected UTF-8.", e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            // The scanner's own slips on malformed text.
            throw new InputException($"{_source}: near line {Line}: not YAML: {e.Message}", e);
        }
    }

    private static string Reason(YamlException e) =>
        e.Message.TrimEnd('.') + (e.Start.Line < e.End.Line ? $" (in what begins on line {e.Start.Line})" : "");

    private InputException Broken(string message) => new($"{_source}:{Line}: {message}.");
}
