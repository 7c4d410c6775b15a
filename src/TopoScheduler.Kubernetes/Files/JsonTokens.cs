using System.Text.Json;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>
/// JSON tokens off a stream, one at a time, with their lines. Values may follow each other (concatenated or line JSON). Only the token at hand is
/// in memory.
/// </summary>
internal sealed class JsonTokens(Stream stream, string source, InputLimits limits)
{
    private static readonly JsonReaderOptions Options = new()
    {
        AllowMultipleValues = true,
        MaxDepth = 2 * Objects.Tree.MaxDepth,
    };

    private static readonly string[] Advice = [" which is not supported in this mode. Change the reader options", " Change the reader options."];

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _final;
    private long _linesBefore;
    private JsonReaderState _state = new(Options);

    /// <summary>Kind of the token.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>Text of a property name, a string, a number or a boolean; empty otherwise.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Line of the token, counted from 1.</summary>
    public int Line => (int)Math.Min(int.MaxValue, _linesBefore + 1);

    /// <summary>Moves to the next token; false at the end.</summary>
    public bool Read()
    {
        try
        {
            return NextToken();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed(e);
        }
    }

    /// <summary>Passes over the rest of the object or list whose start is at hand, without keeping any of it; false when it does not end.</summary>
    public bool Skip()
    {
        try
        {
            return SkipToEnd();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed(e);
        }
    }

    private bool NextToken()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
            if (_end > _start && reader.Read())
            {
                Take(ref reader);
                return true;
            }

            if (_final)
            {
                return _end > _start && !IsBlank() ? throw Broken("ends in the middle of a value, expected the rest of it", null) : false;
            }

            Advance(ref reader);
            Refill();
        }
    }

    private bool SkipToEnd()
    {
        var depth = 1;
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
            while (depth > 0 && reader.Read())
            {
                depth += reader.TokenType switch
                {
                    JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                    JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                    _ => 0,
                };
            }

            Advance(ref reader);
            if (depth == 0 || _final)
            {
                return depth == 0;
            }

            Refill();
        }
    }

    private InputException Malformed(Exception e)
    {
        if (e is not JsonException json)
        {
            return Broken("a text is not UTF-8, expected UTF-8", e);
        }

        // The reader's state counts lines from the start of the stream, as we do.
        _linesBefore = json.LineNumber ?? _linesBefore;
        return Broken(Reason(json), e);
    }

    private static string Reason(JsonException e)
    {
        var text = e.Message;
        var place = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        text = place < 0 ? text : text[..place];

        // The reader's advice is for its caller, not for whoever wrote the file.
        foreach (var advice in Advice)
        {
            text = text.Replace(advice, "", StringComparison.Ordinal);
        }

        return "not JSON: " + text.TrimEnd('.');
    }

    /// <summary>An error at the token at hand.</summary>
    public InputException Broken(string message, Exception? inner)
    {
        var text = $"{source}:{Line}: {message}.";
        return inner is null ? new(text) : new(text, inner);
    }

    private void Take(ref Utf8JsonReader reader)
    {
        Kind = reader.TokenType;
        Text = Kind switch
        {
            JsonTokenType.PropertyName or JsonTokenType.String => reader.GetString() ?? "",
            JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => "",
        };
        Advance(ref reader);
    }

    private void Advance(ref Utf8JsonReader reader)
    {
        var bytes = (int)reader.BytesConsumed;
        _linesBefore += _buffer.AsSpan(_start, bytes).Count((byte)'\n');
        _start += bytes;
        _state = reader.CurrentState;
    }

    private bool IsBlank() => !_buffer.AsSpan(_start, _end - _start).ContainsAnyExcept(" \t\r\n"u8);

    private void Refill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= limits.TextBytes)
            {
                throw Broken($"a single text is longer than {limits.TextBytes} bytes, expected at most that", null);
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var count = stream.Read(_buffer.AsSpan(_end));
        _end += count;
        _final = count == 0;
    }
}
