using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>Reads through, and refuses the first byte that is not UTF-8, with its line: decoders further on only know the block it was in.</summary>
/// <param name="inner">What is read.</param>
/// <param name="source">Its name in messages.</param>
internal sealed class Utf8Stream(Stream inner, string source) : ReadThroughStream(inner)
{
    private const int LongestCharacter = 4;

    // A character cut by the end of a block: its first bytes.
    private readonly byte[] _begun = new byte[LongestCharacter];
    private int _begunLength;
    private long _line = 1;

    public override int Read(Span<byte> buffer)
    {
        var count = Inner.Read(buffer);
        if (count > 0)
        {
            Check(buffer[..count]);
        }
        else if (_begunLength > 0 && !buffer.IsEmpty)
        {
            throw Wrong(_begun[0]);
        }

        return count;
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[FinishBegun(bytes)..];
        var whole = bytes[..^Unfinished(bytes)];
        if (!Utf8.IsValid(whole))
        {
            FindWrong(whole);
        }

        _line += whole.Count((byte)'\n');
        foreach (var b in bytes[whole.Length..])
        {
            _begun[_begunLength++] = b;
        }
    }

    // Completes the character a block before began; how many bytes of this one that takes.
    private int FinishBegun(ReadOnlySpan<byte> bytes)
    {
        for (var taken = 0; _begunLength > 0; taken++)
        {
            switch (Rune.DecodeFromUtf8(_begun.AsSpan(0, _begunLength), out _, out _))
            {
                case OperationStatus.Done:
                    _begunLength = 0;
                    return taken;
                case OperationStatus.InvalidData:
                    throw Wrong(_begun[0]);
                default:
                    if (taken == bytes.Length)
                    {
                        return taken;
                    }

                    _begun[_begunLength++] = bytes[taken];
                    break;
            }
        }

        return 0;
    }

    // How many bytes at the end begin a character that goes on in the next block.
    private static int Unfinished(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length < LongestCharacter && length <= bytes.Length; length++)
        {
            if (bytes[^length] >= 0xc0)
            {
                return Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
            }
        }

        return 0;
    }

    private void FindWrong(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) != OperationStatus.Done)
            {
                throw Wrong(bytes[0]);
            }

            _line += bytes[0] == '\n' ? 1 : 0;
            bytes = bytes[length..];
        }
    }

    private InputException Wrong(byte first) => new(
        $"{source}:{_line.ToString(CultureInfo.InvariantCulture)}: byte 0x{first.ToString("X2", CultureInfo.InvariantCulture)} is not UTF-8, expected UTF-8 (save it as UTF-8).");
}
