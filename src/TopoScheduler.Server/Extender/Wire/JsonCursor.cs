using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// Walks one JSON text in place, handing out the byte ranges of values. The outline is scanned by hand, which is what makes long lists of names
/// cheap; every value that is passed over is checked by <see cref="Utf8JsonReader"/>. Only the first value of the text is looked at.
/// </summary>
internal ref struct JsonCursor
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 64;

    // What ends the plain run of a string: its quote, an escape, or a character JSON forbids there.
    private static readonly SearchValues<byte> StringStops = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private int _depth;
    private bool _first;

    /// <summary>At the beginning of a text, which is checked to be UTF-8.</summary>
    /// <exception cref="WireException">It is not.</exception>
    public JsonCursor(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) throw new WireException("The body is malformed: expected UTF-8.");
        _text = text;
    }

    private JsonCursor(ReadOnlySpan<byte> text, int start)
    {
        _text = text;
        _at = start;
    }

    /// <summary>The first byte that was not passed over.</summary>
    public readonly int Position => _at;

    /// <summary>Within a text that was checked already, or cannot be yet.</summary>
    public static JsonCursor Unchecked(ReadOnlySpan<byte> text, int start = 0) => new(text, start);

    /// <summary>The next byte after white space.</summary>
    public byte Peek()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') _at++;
        return _at < _text.Length ? _text[_at] : throw Wrong("the rest of the JSON text");
    }

    /// <summary>Goes into an object.</summary>
    public void BeginObject() => Begin((byte)'{', "an object");

    /// <summary>Goes to the next field of the object and past its name; leaves the object when there is none.</summary>
    /// <param name="name">The name as written, without its quotes.</param>
    public bool NextField(out JsonName name)
    {
        name = default;
        if (!Next((byte)'}')) return false;
        name = new(Text(out var escaped).Of(_text), escaped);
        Expect((byte)':', "\":\"");
        return true;
    }

    /// <summary>Goes into an array.</summary>
    public void BeginArray() => Begin((byte)'[', "an array");

    /// <summary>Goes to the next item of the array; leaves the array when there is none.</summary>
    public bool NextItem() => Next((byte)']');

    /// <summary>Passes over <c>null</c>, if that is what stands here.</summary>
    public bool TryNull()
    {
        if (Peek() != (byte)'n') return false;
        if (!_text[_at..].StartsWith("null"u8)) throw Wrong("null");
        _at += "null"u8.Length;
        return true;
    }

    /// <summary>Passes over any value.</summary>
    public ByteRange Skip()
    {
        Peek();
        var start = _at;
        var reader = new Utf8JsonReader(_text[start..], new JsonReaderOptions { MaxDepth = MaxDepth - _depth });
        // The reader takes its own depth of 0 for the default, so that no room is left has to be told here.
        if (_depth >= MaxDepth && _text[start] is (byte)'{' or (byte)'[') throw Wrong($"at most {MaxDepth} levels");
        try
        {
            reader.Read();
            reader.Skip();
        }
        catch (JsonException e)
        {
            throw new WireException($"The body is malformed in the value at byte {start}, after {reader.BytesConsumed} bytes of it: expected JSON of at most {MaxDepth} levels.", e);
        }

        _at += (int)reader.BytesConsumed;
        return new(start, _at - start);
    }

    /// <summary>Passes over a string.</summary>
    /// <param name="escaped">It holds escapes.</param>
    /// <returns>What stands between the quotes.</returns>
    public ByteRange Text(out bool escaped)
    {
        escaped = false;
        if (Peek() != (byte)'"') throw Wrong("text in quotes");
        var start = ++_at;
        while (true)
        {
            var run = _text[_at..].IndexOfAny(StringStops);
            if (run < 0) throw Wrong("the end of the text");
            _at += run;
            switch (_text[_at])
            {
                case (byte)'"':
                    return new(start, _at++ - start);
                case (byte)'\\' when _at + 1 < _text.Length:
                    escaped = true;
                    _at += 2;
                    break;
                default:
                    throw Wrong("no control character in text");
            }
        }
    }

    /// <summary>Passes over what somebody else has read.</summary>
    public void Pass(int bytes) => _at += bytes;

    /// <summary>A string value, empty for <c>null</c> (as Go reads it).</summary>
    public string String()
    {
        if (TryNull()) return "";
        var range = Text(out var escaped);
        return escaped ? new JsonName(range.Of(_text), true).Unescape() : Encoding.UTF8.GetString(range.Of(_text));
    }

    /// <summary>A whole number, 0 for <c>null</c> (as Go reads it).</summary>
    public long Whole()
    {
        if (TryNull()) return 0;
        Peek();
        var start = _at;
        var reader = new Utf8JsonReader(Skip().Of(_text));
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value)) return value;
        _at = start;
        throw Wrong("a whole number");
    }

    /// <summary>What to throw when something else stands here.</summary>
    public readonly WireException Wrong(string expected) => new($"The body is malformed at byte {_at}: expected {expected}.");

    private void Begin(byte open, string expected)
    {
        Expect(open, expected);
        if (++_depth > MaxDepth) throw Wrong($"at most {MaxDepth} levels");
        _first = true;
    }

    private bool Next(byte close)
    {
        if (Peek() == close)
        {
            // Whatever this object or array is in has at least this value.
            _at++;
            _depth--;
            _first = false;
            return false;
        }

        if (!_first) Expect((byte)',', "\",\"");
        _first = false;
        return true;
    }

    private void Expect(byte wanted, string expected)
    {
        if (Peek() != wanted) throw Wrong(expected);
        _at++;
    }
}
