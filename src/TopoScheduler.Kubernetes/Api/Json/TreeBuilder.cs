using System.Runtime.InteropServices;
using System.Text.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Api.Json;

/// <summary>
/// Tokens to one <see cref="Tree"/>, without recursion and without a list for every map: entries wait on one stack and are copied once when
/// their map closes. Unused parts are passed over. An object beyond the limits is read to its end and refused, so that the stream goes on.
/// </summary>
internal sealed class TreeBuilder(ScalarPool pool, InputLimits limits) : ITokenTaker
{
    private static readonly Tree EmptyMap = Tree.Map(ReadOnlySpan<KeyValuePair<string, Tree>>.Empty, 0);
    private static readonly Tree EmptyList = Tree.List(ReadOnlySpan<Tree>.Empty, 0);

    private readonly List<KeyValuePair<string, Tree>> _entries = [];
    private readonly List<Tree> _items = [];
    private readonly List<Open> _open = [];
    private string _key = "";
    private int _skipping;
    private long _values;

    /// <summary>The value that was completed; <see cref="Tree.Missing"/> when it was refused.</summary>
    public Tree Result { get; private set; } = Tree.Missing;

    /// <summary>Why the value was refused; null when it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Forgets what was begun.</summary>
    public void Reset()
    {
        _entries.Clear();
        _items.Clear();
        _open.Clear();
        (_key, _skipping, _values, Refusal, Result) = ("", 0, 0, null, Tree.Missing);
    }

    /// <inheritdoc/>
    public bool Take(ref Utf8JsonReader reader)
    {
        if (_skipping > 0)
        {
            return Skip(reader.TokenType);
        }

        if (_open.Count == 0)
        {
            (_values, Refusal) = (0, null);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _key = Text(ref reader).Text;
                return false;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Start(reader.TokenType == JsonTokenType.StartObject);
                return false;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                return End();
            case JsonTokenType.Comment or JsonTokenType.None:
                return false;
            default:
                return Add(Scalar(ref reader));
        }
    }

    private void Start(bool isMap)
    {
        if (_open.Count > 0 && _open[^1].IsMap && UnusedParts.Contains(_key))
        {
            _skipping = 1;
        }
        else if (_open.Count >= Tree.MaxDepth)
        {
            Refuse($"is nested deeper than {Tree.MaxDepth} levels");
        }
        else
        {
            _open.Add(new(isMap, _key, isMap ? _entries.Count : _items.Count));
        }
    }

    private bool End()
    {
        var open = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        _key = open.Key;
        if (open.IsMap)
        {
            var entries = CollectionsMarshal.AsSpan(_entries)[open.From..];
            var map = entries.IsEmpty ? EmptyMap : Tree.Map(entries, 0);
            _entries.RemoveRange(open.From, _entries.Count - open.From);
            return Add(map);
        }

        var items = CollectionsMarshal.AsSpan(_items)[open.From..];
        var list = items.IsEmpty ? EmptyList : Tree.List(items, 0);
        _items.RemoveRange(open.From, _items.Count - open.From);
        return Add(list);
    }

    private bool Add(Tree value)
    {
        if (_open.Count == 0)
        {
            Result = value;
            return true;
        }

        if (++_values > limits.ValuesPerObject)
        {
            // The brackets that are open still have to close.
            Refuse($"holds more than {limits.ValuesPerObject} values");
            _skipping--;
            return false;
        }

        if (_open[^1].IsMap)
        {
            _entries.Add(KeyValuePair.Create(_key, value));
        }
        else
        {
            _items.Add(value);
        }

        return false;
    }

    // Everything open is dropped, and what follows is passed over up to the bracket that closes the value.
    private void Refuse(string reason)
    {
        var depth = _open.Count + 1;
        Reset();
        (Refusal, _skipping) = (reason, depth);
    }

    private bool Skip(JsonTokenType token)
    {
        _skipping += token switch
        {
            JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
            JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
            _ => 0,
        };
        if (_skipping > 0 || _open.Count > 0)
        {
            return false;
        }

        Result = Tree.Missing;
        return true;
    }

    private Tree Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => Tree.Missing,
        JsonTokenType.True => pool["true"u8],
        JsonTokenType.False => pool["false"u8],
        JsonTokenType.Number => pool[reader.ValueSpan],
        _ => Text(ref reader),
    };

    private Tree Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return pool[reader.ValueSpan];
        }

        Span<byte> few = stackalloc byte[256];
        if (reader.ValueSpan.Length > few.Length)
        {
            return Tree.Scalar(reader.GetString()!, 0);
        }

        return pool[few[..reader.CopyString(few)]];
    }

    private readonly record struct Open(bool IsMap, string Key, int From);
}
