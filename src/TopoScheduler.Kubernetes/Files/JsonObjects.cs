using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>Kubernetes objects off a JSON stream: one object, many one after the other, an array of them, or a List whose items are handed out singly.</summary>
internal sealed class JsonObjects(Stream stream, string source, InputLimits limits)
{
    private readonly JsonTokens _tokens = new(stream, source, limits);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private long _values;

    /// <summary>One tree per object.</summary>
    public IEnumerable<Tree> Read()
    {
        while (_tokens.Read())
        {
            switch (_tokens.Kind)
            {
                case JsonTokenType.StartObject:
                    foreach (var tree in TopObject())
                    {
                        yield return tree;
                    }

                    break;
                case JsonTokenType.StartArray:
                    while (Next() && _tokens.Kind != JsonTokenType.EndArray)
                    {
                        yield return Single();
                    }

                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    throw _tokens.Broken($"{Field.Quote(_tokens.Text)} stands alone, expected a Kubernetes object", null);
            }
        }
    }

    private IEnumerable<Tree> TopObject()
    {
        var line = _tokens.Line;
        var entries = new List<KeyValuePair<string, Tree>>();
        var list = new ListItems();
        _values = 0;
        while (Next() && _tokens.Kind != JsonTokenType.EndObject)
        {
            var key = Key();
            Next();
            if (key == "items" && _tokens.Kind == JsonTokenType.StartArray)
            {
                list.Seen = true;
                while (Next() && _tokens.Kind != JsonTokenType.EndArray)
                {
                    var item = Single();
                    if (list.HandOut(item))
                    {
                        yield return item;
                    }
                }
            }
            else
            {
                entries.Add(KeyValuePair.Create(key, Value(2)));
            }
        }

        var top = Tree.Map(entries, line);
        foreach (var tree in list.Rest(top))
        {
            yield return tree;
        }
    }

    private Tree Single()
    {
        _values = 0;
        return Value(2);
    }

    private Tree Value(int depth)
    {
        if (++_values > limits.ValuesPerObject)
        {
            throw _tokens.Broken($"one object holds more than {limits.ValuesPerObject} values, expected at most that", null);
        }

        if (depth > Tree.MaxDepth)
        {
            throw _tokens.Broken($"nested deeper than {Tree.MaxDepth} levels, expected at most that", null);
        }

        return _tokens.Kind switch
        {
            JsonTokenType.StartObject => Map(depth),
            JsonTokenType.StartArray => List(depth),
            JsonTokenType.Null => Tree.Null(_tokens.Line),
            _ => Tree.Scalar(_tokens.Text, _tokens.Line),
        };
    }

    private Tree Map(int depth)
    {
        var line = _tokens.Line;
        var entries = new List<KeyValuePair<string, Tree>>();
        while (Next() && _tokens.Kind != JsonTokenType.EndObject)
        {
            var key = Key();
            Next();
            if (_tokens.Kind is JsonTokenType.StartArray or JsonTokenType.StartObject && UnusedParts.Contains(key))
            {
                Whole(_tokens.Skip());
            }
            else
            {
                entries.Add(KeyValuePair.Create(key, Value(depth + 1)));
            }
        }

        return Tree.Map(entries, line);
    }

    private Tree List(int depth)
    {
        var line = _tokens.Line;
        var items = new List<Tree>();
        while (Next() && _tokens.Kind != JsonTokenType.EndArray)
        {
            items.Add(Value(depth + 1));
        }

        return Tree.List(items, line);
    }

    // The same few hundred keys stand in every object; keep one string of each.
    private string Key()
    {
        var key = _tokens.Text;
        if (_keys.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_keys.Count < 4096)
        {
            _keys[key] = key;
        }

        return key;
    }

    private bool Next() => Whole(_tokens.Read());

    private bool Whole(bool read) => read ? true : throw _tokens.Broken("ends in the middle of an object, expected the rest of it", null);
}
