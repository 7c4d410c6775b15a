using System.Text.Json;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Json;

/// <summary>
/// Bytes of an answer to tokens, as they arrive. Only the token at hand has to fit into memory, never a list or an object. Values may follow
/// each other, as the frames of a watch do.
/// </summary>
internal sealed class JsonFeed(Stream stream, InputLimits limits)
{
    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = 10_000 };

    private byte[] _buffer = new byte[1 << 14];
    private int _start;
    private int _end;
    private int _depth;
    private bool _final;
    private JsonReaderState _state = new(Options);

    /// <summary>Told before each wait for bytes.</summary>
    public Action? Waiting { get; init; }

    /// <summary>Hands out tokens until the taker has something; false at the end of the stream.</summary>
    /// <exception cref="JsonException">The bytes are no JSON, or end within a value.</exception>
    public async ValueTask<bool> RunAsync(ITokenTaker taker, CancellationToken cancellation)
    {
        while (!Feed(taker))
        {
            if (_final)
            {
                return false;
            }

            MakeRoom();
            Waiting?.Invoke();
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            _end += count;
            _final = count == 0;
        }

        return true;
    }

    private bool Feed(ITokenTaker taker)
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (_final && !bytes.ContainsAnyExcept(" \t\r\n"u8))
        {
            return _depth == 0 ? false : throw new JsonException("The answer ends in the middle of a value.");
        }

        var reader = new Utf8JsonReader(bytes, _final, _state);
        try
        {
            while (reader.Read())
            {
                _depth = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0);
                if (taker.Take(ref reader))
                {
                    return true;
                }
            }

            return false;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text of the answer is not UTF-8.", e);
        }
        finally
        {
            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end < _buffer.Length)
        {
            return;
        }

        if (_buffer.Length >= limits.TextBytes)
        {
            throw new JsonException($"A single text of the answer is longer than {limits.TextBytes} bytes.");
        }

        Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
