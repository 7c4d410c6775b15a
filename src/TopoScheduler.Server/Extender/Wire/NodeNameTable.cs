using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// The names of all nodes, by node index: from the UTF-8 bytes of a name to its node, and from a node to its name as JSON, without decoding
/// or encoding anything. Built once per topology; immutable.
/// </summary>
public sealed class NodeNameTable
{
    private const int FewestSlots = 16;
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;
    private const ulong Ones = 0x0101_0101_0101_0101;

    // Name and JSON text of a node stand next to each other, with a comma before the text; most JSON texts are the name in quotes, and hold it.
    private readonly byte[] _bytes;
    private readonly ByteRange[] _names;
    private readonly ByteRange[] _json;
    private readonly Slot[] _slots;
    private readonly ulong _seed;
    private readonly int _longestProbe;

    /// <summary>A table of names, one for each node index. Of equal names the first is found.</summary>
    public NodeNameTable(IReadOnlyList<string> names)
    {
        var bytes = new MemoryStream();
        _names = new ByteRange[names.Count];
        _json = new ByteRange[names.Count];
        for (var n = 0; n < names.Count; n++)
        {
            Append(bytes, n, names[n]);
        }

        _bytes = bytes.ToArray();
        // Nobody outside knows the seed, so nobody can make up names that meet in one slot.
        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(seed);
        _seed = BinaryPrimitives.ReadUInt64LittleEndian(seed);
        _slots = new Slot[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(FewestSlots, names.Count * 2))];
        for (var n = 0; n < names.Count; n++)
        {
            _longestProbe = Math.Max(_longestProbe, Insert(n));
        }
    }

    /// <summary>How many nodes there are.</summary>
    public int Count => _names.Length;

    /// <summary>The node of this name, or -1.</summary>
    public int Find(ReadOnlySpan<byte> utf8) => Find(utf8, Hash(utf8));

    /// <summary>
    /// The node whose name stands at the beginning of a JSON text, right after the opening quote, or -1. The end of the name is looked for and its hash
    /// computed in one pass, eight bytes at a time.
    /// </summary>
    /// <param name="text">From the name on, as far as it goes.</param>
    /// <param name="length">Length of the name; -1 when it has to be read another way: it holds an escape or what JSON forbids, or the text ends.</param>
    internal int FindQuoted(ReadOnlySpan<byte> text, out int length)
    {
        var hash = _seed;
        length = -1;
        for (var at = 0; at + sizeof(ulong) <= text.Length; at += sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            var stops = Stops(word);
            if (stops == 0)
            {
                hash = Fold(hash ^ word, Odd);
                continue;
            }

            var rest = BitOperations.TrailingZeroCount(stops) / 8;
            if (text[at + rest] != (byte)'"') return -1;
            length = at + rest;
            return Find(text[..length], End(hash, word & ((1UL << (8 * rest)) - 1), length));
        }

        return -1;
    }

    /// <summary>The name of a node in UTF-8.</summary>
    public ReadOnlySpan<byte> NameOf(int node) => _names[node].Of(_bytes);

    /// <summary>The name of a node as JSON text, quotes included.</summary>
    public ReadOnlySpan<byte> JsonOf(int node) => _json[node].Of(_bytes);

    /// <summary>The same after a comma.</summary>
    internal ReadOnlySpan<byte> CommaJsonOf(int node)
    {
        var json = _json[node];
        return _bytes.AsSpan(json.Start - 1, json.Length + 1);
    }

    private int Find(ReadOnlySpan<byte> utf8, ulong hash)
    {
        var mask = _slots.Length - 1;
        for (var probe = 0; probe <= _longestProbe; probe++)
        {
            var slot = _slots[((int)hash + probe) & mask];
            if (slot.NodePlusOne == 0) return -1;
            if (slot.Tag == (uint)(hash >> 32) && NameOf(slot.NodePlusOne - 1).SequenceEqual(utf8)) return slot.NodePlusOne - 1;
        }

        return -1;
    }

    private void Append(MemoryStream bytes, int node, string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        var json = JsonEncodedText.Encode(utf8).EncodedUtf8Bytes;
        bytes.WriteByte((byte)',');
        var start = (int)bytes.Position;
        bytes.WriteByte((byte)'"');
        bytes.Write(json);
        bytes.WriteByte((byte)'"');
        _json[node] = new(start, json.Length + 2);
        if (json.SequenceEqual(utf8))
        {
            _names[node] = new(start + 1, utf8.Length);
            return;
        }

        _names[node] = new((int)bytes.Position, utf8.Length);
        bytes.Write(utf8);
    }

    // Returns how many slots lie before the one that was free.
    private int Insert(int node)
    {
        var hash = Hash(NameOf(node));
        var mask = _slots.Length - 1;
        for (var probe = 0; ; probe++)
        {
            ref var slot = ref _slots[((int)hash + probe) & mask];
            if (slot.NodePlusOne != 0) continue;
            slot = new((uint)(hash >> 32), node + 1);
            return probe;
        }
    }

    // Eight bytes at a time through a full 64 × 64 bit product, whose halves are folded: every bit of a name reaches every bit of the hash.
    private ulong Hash(ReadOnlySpan<byte> name)
    {
        var hash = _seed;
        var at = 0;
        for (; at + sizeof(ulong) <= name.Length; at += sizeof(ulong)) hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name[at..]), Odd);
        var rest = 0UL;
        for (var i = at; i < name.Length; i++) rest |= (ulong)name[i] << (8 * (i - at));
        return End(hash, rest, name.Length);
    }

    // The length tells apart names that differ in zero bytes at their end.
    private ulong End(ulong hash, ulong rest, int length) => Fold(Fold(hash ^ rest, Odd) ^ (ulong)length, _seed | 1);

    // The highest bit of each byte that ends a plain run of JSON text: a quote, a backslash, a control character. Bytes after the first may be marked
    // for nothing, as a borrow passes on; the first is right.
    private static ulong Stops(ulong word)
    {
        var (quote, backslash) = (word ^ (Ones * '"'), word ^ (Ones * '\\'));
        return (((quote - Ones) & ~quote) | ((backslash - Ones) & ~backslash) | ((word - (Ones * ' ')) & ~word)) & (Ones << 7);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private readonly record struct Slot(uint Tag, int NodePlusOne);
}
